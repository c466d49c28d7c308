// Whether a text is a URL that can be fetched.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urlProblem } from '../../src/table/cells/url-problem.ts';

const A = 'https://a.example/1.jpg';
const B = 'http://b.example/w_300,h_200/2.jpg';

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
