import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitImageUrls, urlProblem } from '../../src/intake/image-urls.ts';

const A = 'https://a.example/1.jpg';
const B = 'http://b.example/w_300,h_200/2.jpg';

describe('splitImageUrls', () => {
  it.each([
    ['nothing', '', [], ','],
    ['white space and separators only', ' , ;\n| ', [], ','],
    ['one', A, [A], ','],
    ['a comma', `${A},${B}`, [A, B], ','],
    ['a comma and a space', `${A}, ${B}`, [A, B], ','],
    ['a pipe', `${A}|${B}`, [A, B], '|'],
    ['a semicolon', `${A} ; ${B}`, [A, B], ';'],
    ['a line feed', `${A}\n${B}`, [A, B], '\n'],
    ['a CRLF', `${A}\r\n${B}`, [A, B], '\r\n'],
    ['a comma and a line feed', `${A},\n${B}`, [A, B], ','],
    ['a space', `${A} ${B}`, [A, B], ','],
    ['a tab', `${A}\t${B}`, [A, B], ','],
    ['different ones', `${A}|${B},${A}`, [A, B, A], '|'],
    ['white space around', `  ${A} , ${B}\n`, [A, B], ','],
    ['separators at the ends', `,${A},${B},`, [A, B], ','],
    ['an empty place', `${A},,${B}`, [A, B], ','],
    ['the same URL twice', `${A},${A}`, [A, A], ','],
    [
      'upper case',
      'HTTPS://A.EXAMPLE/1.JPG,HTTP://b.example',
      ['HTTPS://A.EXAMPLE/1.JPG', 'HTTP://b.example'],
      ',',
    ],
    ['no-break spaces as UTF-8 bytes', `${A},\xc2\xa0${B}`, [A, B], ','],
    ['no-break spaces as Windows-1252', `${A}\xa0,${B}`, [A, B], ','],
    [
      'a byte of a letter that looks like one',
      'http://a.example/voil\xc3\xa0',
      ['http://a.example/voil\xc3\xa0'],
      ',',
    ],
  ])('splits at %s', (_, cell, texts, separator) => {
    expect(splitImageUrls(cell)).toEqual({ texts, separator });
  });

  it.each([
    'https://res.example/image/upload/w_300,h_200,c_fill/v1/a.jpg',
    'https://res.example/l_logo.png,w_100/v1/a.jpg',
    'https://a.example/1.jpg?sizes=100,200&sig=a,b;c',
    'https://a.example/1.jpg,w_300',
    'https://a.example/1.jpg;width=300',
    'https://oss.example/a.jpg?x-oss-process=image/resize,w_300/format,webp',
    'https://a.example/a,b.jpg',
    'https://a.example/my photo.jpg',
    'https://proxy.example/http://a.example/1.jpg',
  ])('keeps %s whole', (url) => {
    expect(splitImageUrls(url).texts).toEqual([url]);
    expect(splitImageUrls(`${url},${A},${url}`).texts).toEqual([url, A, url]);
  });

  it.each([
    [`${A}, ftp://x.example/y.jpg`, [A, 'ftp://x.example/y.jpg']],
    [`${A},ftp://x.example/y.jpg`, [A, 'ftp://x.example/y.jpg']],
    [`${A}, foo bar`, [A, 'foo bar']],
    [`${A},foo`, [A, 'foo']],
    [`${A},2.jpg`, [A, '2.jpg']],
    [`${A},/images/2.jpg`, [A, '/images/2.jpg']],
    [`${A}|n/a`, [A, 'n/a']],
    [`${A} foo`, [A, 'foo']],
    [`foo, ${A}`, ['foo', A]],
    [`foo ${A}`, ['foo', A]],
    ['n/a', ['n/a']],
  ])('finds the text that is no URL in %s', (cell, texts) => {
    expect(splitImageUrls(cell).texts).toEqual(texts);
  });

  it('splits what it joined', () => {
    const url = fc.constantFrom(
      A,
      B,
      'https://a.example/1.jpg,w_300',
      'https://a.example/?q=1,2;3',
      'http://c/my photo.jpg',
    );
    const separators = fc.constantFrom(',', ', ', '|', '\n', ' | ', ';', '; ', '\r\n', ' ', ',,');
    fc.assert(
      fc.property(fc.array(url, { minLength: 1 }), separators, (urls, separator) => {
        expect(splitImageUrls(urls.join(separator)).texts).toEqual(urls);
      }),
    );
  });

  it('splits its own texts no further, so failed.csv means what the input meant', () => {
    const cell = fc
      .array(fc.constantFrom(A, 'http://c/x', 'foo', 'w_1', ',', ';', '|', '\n', ' ', '.jpg', '/'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(cell, (text) => {
        const { texts, separator } = splitImageUrls(text);
        const urls = texts.filter((part) => urlProblem(part) === null);
        expect(splitImageUrls(urls.join(separator)).texts).toEqual(urls);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('urlProblem', () => {
  it.each([
    A,
    B,
    'http://localhost:8000/a.jpg',
    'http://127.0.0.1/a',
    'http://[::1]:80/a',
    'https://müller.example/ä.jpg',
  ])('accepts %s', (url) => expect(urlProblem(url)).toBeNull());

  it.each([
    ['foo', 'is no http(s) URL'],
    ['ftp://a.example/1.jpg', 'is no http(s) URL'],
    ['www.a.example/1.jpg', 'is no http(s) URL'],
    ['//a.example/1.jpg', 'is no http(s) URL'],
    ['http:/a.example/1.jpg', 'is no http(s) URL'],
    ['data:image/png;base64,AAAA', 'is no http(s) URL'],
    ['http://', 'is a URL without a host'],
    ['http:///a.jpg', 'is a URL without a host'],
    ['https://?x', 'is a URL without a host'],
    ['http://a.example:99999/1.jpg', 'is not a valid URL'],
    ['http://256.256.256.256/', 'is not a valid URL'],
    ['http://xn--a/1.jpg', 'is not a valid URL'],
    ['http://a b.example/1.jpg', 'is not a valid URL'],
    [`http://a.example/${'x'.repeat(8192)}`, 'is longer than 8192 characters'],
  ])('refuses %s', (url, problem) => expect(urlProblem(url)).toBe(problem));

  it('accepts a Latin-1 host however often it is asked (canParse of Node 20 stops doing so once optimised)', () => {
    const urls = ['https://müller.example/ä.jpg', 'https://bücher.example/ü.png'];
    const refused = Array.from({ length: 50_000 }, (_, index) => urlProblem(urls[index % 2]!)).filter(
      (p) => p !== null,
    );
    expect(refused).toHaveLength(0);
  });

  it('takes its short cut only where the URL parser agrees', () => {
    const part = fc.constantFrom(
      'a',
      'xn--',
      '-',
      '.',
      '1',
      '0x1',
      'com',
      ':80',
      ':',
      '/',
      '%',
      '?',
      '#',
      '@',
      '\\',
      '|',
      '[',
    );
    const url = fc.array(part, { maxLength: 10 }).map((parts) => `http://${parts.join('')}`);
    fc.assert(
      fc.property(url, (text) => {
        if (urlProblem(text) === null) expect(URL.canParse(text)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});
