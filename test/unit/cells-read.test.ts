// Cells in the forms that shops write: their URLs, the separator, and that a URL can be replaced where it stands.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNoPicture, readUrlCell, type UrlCell, writtenUrl } from '../../src/table/cells/read-url-cell.ts';

const A = 'https://a.example/1.jpg';
const B = 'http://b.example/w_300,h_200/2.jpg';
const read = (text: string, baseUrl: string | null = null) => readUrlCell(text, { baseUrl });
const urls = (text: string, baseUrl: string | null = null) => read(text, baseUrl).urls.map(({ url }) => url);

/** The cell with each of its URLs replaced. */
function replaced(text: string, cell: UrlCell, by: (index: number) => string): string {
  let from = 0;
  let out = '';
  for (const [index, place] of cell.urls.entries()) {
    out += text.slice(from, place.start) + writtenUrl(by(index), place);
    from = place.end;
  }
  return out + text.slice(from);
}

/** Every URL replaced and read again; then put back as it was: nothing else has changed. */
function expectReplaceable(text: string, baseUrl: string | null = null): void {
  const cell = read(text, baseUrl);
  const others = cell.urls.map((_, index) => `https://out.example/r-${index}/x_y~z.webp?v=${index}&k=a%20b`);
  const changed = replaced(text, cell, (index) => others[index]!);
  const again = read(changed, baseUrl);
  expect(again.urls.map(({ url }) => url)).toEqual(others);
  expect(again.urls.map(({ problem }) => problem)).toEqual(others.map(() => null));
  let back = '';
  let from = 0;
  for (const [index, { start, end }] of again.urls.entries()) {
    const old = cell.urls[index]!;
    back += changed.slice(from, start) + text.slice(old.start, old.end);
    from = end;
  }
  expect(back + changed.slice(from)).toBe(text);
}

/** Name, cell, URLs, separator. */
const FORMS: [string, string, string[], string][] = [
  ['nothing', '', [], ','],
  ['white space and separators only', ' , ;\n| ', [], ','],
  ['one', A, [A], ','],
  ['one with odd characters', 'https://a.example/ä ö.jpg', ['https://a.example/ä ö.jpg'], ','],
  ['a host without a dot', 'http://localhost:18441/a.jpg', ['http://localhost:18441/a.jpg'], ','],
  ['a comma', `${A},${B}`, [A, B], ','],
  ['a comma and a space', `${A}, ${B}`, [A, B], ', '],
  ['a pipe', `${A}|${B}`, [A, B], '|'],
  ['a semicolon', `${A} ; ${B}`, [A, B], ' ; '],
  ['a line feed', `${A}\n${B}`, [A, B], '\n'],
  ['a CRLF', `${A}\r\n${B}`, [A, B], '\r\n'],
  ['a comma and a line feed', `${A},\n${B}`, [A, B], ',\n'],
  ['a space', `${A} ${B}`, [A, B], ' '],
  ['a tab', `${A}\t${B}`, [A, B], '\t'],
  ['two colons', `${A}::${B}`, [A, B], '::'],
  ['two colons in spaces', `${A} :: ${B}`, [A, B], ' :: '],
  ['a caret', `${A}^${B}`, [A, B], '^'],
  ['bullets', `• ${A} • ${B}`, [A, B], ' • '],
  ['dashes', `- ${A}\n- ${B}`, [A, B], '\n'],
  ['a written line end', `${A}\\n${B}`, [A, B], '\\n'],
  ['different ones', `${A}|${B},${A}`, [A, B, A], '|'],
  ['white space around', `  ${A} , ${B}\n`, [A, B], ' , '],
  ['separators at the ends', `,${A},${B},`, [A, B], ','],
  ['an empty place', `${A},,${B}`, [A, B], ',,'],
  ['the same URL twice', `${A},${A}`, [A, A], ','],
  [
    'upper case',
    `HTTPS://A.EXAMPLE/1.JPG,HTTP://b.example`,
    ['HTTPS://A.EXAMPLE/1.JPG', 'HTTP://b.example'],
    ',',
  ],
  ...[...'\u3001\uff0c\uff1b\u060c\u061b\u3000\u2028\u2029\x85\uff5c\ufe50\u00a0\u200b\ufeff'].map(
    (sign): [string, string, string[], string] => [
      `U+${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
      `${A}${sign}${B}${sign}`,
      [A, B],
      sign,
    ],
  ),
  [
    'invisible signs around',
    `\ufeff\u200b${A}\u00a0\u00ad,\u200e${B}\u200f\u2060`,
    [A, B],
    '\u00a0\u00ad,\u200e',
  ],
  ['<br>', `${A}<br>${B}`, [A, B], '<br>'],
  ['<br />', `${A}<br />\n${B}`, [A, B], '<br />\n'],
  ['an escaped <br>', `${A}&lt;br/&gt;${B}`, [A, B], '&lt;br/&gt;'],
  ['&nbsp;', `${A}&nbsp;${B}`, [A, B], ' '],
  ['quotes', `"${A}","${B}"`, [A, B], ','],
  ['single quotes', `'${A}'; '${B}'`, [A, B], '; '],
  ['doubled quotes', `""${A}"",""${B}""`, [A, B], ','],
  ['typographic quotes', `“${A}”, „${B}“`, [A, B], ', '],
  ['written quotes', `&quot;${A}&quot;,&quot;${B}&quot;`, [A, B], ','],
  ['angle brackets', `<${A}>,<${B}>`, [A, B], ','],
  ['angle brackets alone', `<${A}><${B}>`, [A, B], ','],
  ['round brackets', `(${A}),(${B})`, [A, B], ','],
  ['square brackets', `[${A}, ${B}]`, [A, B], ', '],
  ['a URL with brackets of its own', '(https://a.example/x_(1).jpg)', ['https://a.example/x_(1).jpg'], ','],
  ['a full stop behind', `${A}.`, [A], ','],
  ['a full stop and a comma behind', `${A}., ${B}.`, [A, B], ', '],
  ['numbers', `1) ${A} 2) ${B}`, [A, B], ','],
  ['labels', `Front: ${A}\nBack: ${B}`, [A, B], '\n'],
  ['a srcset', `${A} 1x, https://a.example/?s=2 600w`, [A, 'https://a.example/?s=2'], ','],
  ['values of variants', `Ocean=${A}|Sand, light=${B}`, [A, B], '|'],
  ['values of variants in a comma list', `Ocean=${A},Sand=${B}`, [A, B], ','],
  ['a JSON list', `["${A}", "${B}"]`, [A, B], ', '],
  ['JSON with escapes', '["https:\\/\\/a.example\\/1.jpg?a=1\\u0026b=2"]', [`${A}?a=1&b=2`], ','],
  ['a part of escaped JSON', 'https:\\/\\/a.example\\/1.jpg', [A], ','],
  ['escaped quotes', `[\\"${A}\\",\\"${B}\\"]`, [A, B], ','],
  ['JSON with other values', `[null,"${A}",1,"",true]`, [A], ','],
  ['JSON in JSON', `[["${A}"],["${B}"]]`, [A, B], ','],
  [
    'JSON objects',
    `[{"id":1,"src":"${A}","alt":"a, b"},{"thumbnails":{"small":{"url":"http://t.example/"}},"src":"${B}"}]`,
    [A, B],
    ',',
  ],
  [
    'an object of lists',
    `{"page":"http://p.example/","images":[{"src":"${A}"},{"src":"${B}"}]}`,
    [A, B],
    ',',
  ],
  ['an object of sizes', `{"large":"${A}","small":"${B}","alt":"x"}`, [A, B], ','],
  ['an empty JSON list', '[]', [], ','],
  ['a list of Python', `['${A}', '${B}']`, [A, B], ', '],
  ['a dictionary of Python', `{'src': '${A}', 'position': 1, 'alt': None}`, [A], ','],
  ['an array of PostgreSQL', `{${A},"${B}"}`, [A, B], ','],
  ['names and URLs', `mug, ocean (1).jpg (${A}),mug|sand.jpg (${B})`, [A, B], ','],
  ['Markdown', `![Mug](${A}) ![Sand](${B} "title")`, [A, B], ','],
  ['a link of Markdown', `[${A}](${A})`, [A], ','],
  ['a linked picture of Markdown', `[![Mug](${A})](https://shop.example/mug)`, [A], ','],
  ['CSS', `background: url('${A}')`, [A], ','],
  ['BBCode', `[img]${A}[/img]\n[img=300x200]${B}[/img]`, [A, B], '\n'],
  ['=IMAGE', `=IMAGE("${A}")`, [A], ','],
  ['=IMAGE with semicolons', `=IMAGE("${A}";4;100;100)`, [A], ','],
  ['=IMAGE in single quotes', `=IMAGE('${A}')`, [A], ','],
  ['=IMAGE of Excel', `=_xlfn.IMAGE("${A}","Mug, ""ocean""")`, [A], ','],
  ['=BILD', `=BILD("${A}";"Becher")`, [A], ','],
  ['=IFERROR(IMAGE)', `=IFERROR(IMAGE("${A}"),"")`, [A], ','],
  ['=HYPERLINK', `=HYPERLINK("${A}","${B}")`, [A], ','],
  ['=HYPERLINK(IMAGE)', `=HYPERLINK("https://shop.example/mug";IMAGE("${A}"))`, [A], ','],
  ['a text formula', `="${A}"`, [A], ','],
  ['an equals sign', `=${A}`, [A], ','],
  ['<img>', `<img src="${A}?a=1&amp;b=2" alt="x > y"><img src='${B}'>`, [`${A}?a=1&b=2`, B], ','],
  ['<img> without quotes', `<IMG SRC=${A}>`, [A], ','],
  ['<img> that is cut off', `<img alt="" src="${A}`, [A], ','],
  ['<img> that waits', `<img src="data:image/gif;base64,R0lGODlhAQ" data-src="${A}">`, [A], ','],
  ['srcset', `<img src="${A}" srcset="${A} 1x, ${B} 2x">`, [A, A, B], ','],
  ['a linked <img> in text', `<p>Mug, <a href="https://shop.example/">x<img src="${A}"></a></p>`, [A], ','],
  ['links', `<a href="${A}">${A}</a> <a href="${B}">two</a>`, [A, B], ','],
  ['paragraphs', `<p>${A}</p><p>${B}</p>`, [A, B], ','],
  ['XML', `<image>${A}</image><image><![CDATA[${B}]]></image>`, [A, B], ','],
  ['a style', `<div style="background:url(${A})"></div>`, [A], ','],
  ['&amp;', `${A}?a=1&amp;b=2,${B}?a=1&b=2`, [`${A}?a=1&b=2`, `${B}?a=1&b=2`], ','],
  ['no scheme', `//a.example/1.jpg,//b.example/2?x`, [A, 'https://b.example/2?x'], ','],
  ['www', `www.a.example/1; WWW.b.example/2`, ['https://www.a.example/1', 'https://WWW.b.example/2'], '; '],
  ['backslashes', 'http:\\\\host\\a.jpg', ['http://host/a.jpg'], ','],
  ['values that are empty', `<img src=""><img src=" " data-src="${A}">![x]( )`, [A], ','],
  ['IPv6', 'http://[::1]/a,http://[::1]', ['http://[::1]/a', 'http://[::1]'], ','],
];

describe('readUrlCell', () => {
  it.each(FORMS)('reads %s', (_, text, expected, separator) => {
    const cell = read(text);
    expect(cell.urls.map(({ url }) => url)).toEqual(expected);
    expect(cell.urls.map(({ problem }) => problem)).toEqual(expected.map(() => null));
    expect(cell.separator).toBe(separator);
    expect(cell.warnings).toEqual([]);
    expectReplaceable(text);
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
    'https://a.example/图，片、1.jpg',
    "https://a.example/men's.jpg",
  ])('keeps %s whole', (url) => {
    expect(urls(url)).toEqual([url]);
    expect(urls(`${url},${A},${url}`)).toEqual([url, A, url]);
    expectReplaceable(`${url},${A},${url}`);
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
  ])('finds the text that is no URL in %s', (text, expected) => {
    const cell = read(text);
    expect(cell.urls.map(({ url }) => url)).toEqual(expected);
    expect(cell.urls.filter(({ problem }) => problem === null)).toHaveLength(expected.includes(A) ? 1 : 0);
    expectReplaceable(text);
  });

  const none = 'is no http(s) URL';
  const missing = `${none}: "://" must stand behind http or https`;
  const computer = 'is a file on a computer, not an http(s) URL';
  const itself = 'is a picture itself, not the address of one';
  const path = 'is a relative path: base_url says what stands before it';
  it.each([
    ['ftp://a.example/1.jpg', 'ftp://a.example/1.jpg', none],
    ['https//a.example/1.jpg', 'https//a.example/1.jpg', missing],
    ['http:/a.example/1.jpg', 'http:/a.example/1.jpg', missing],
    ['https:a.example/1.jpg', 'https:a.example/1.jpg', missing],
    ['http:///a.jpg', 'http:///a.jpg', 'is a URL without a host'],
    ['http://256.256.256.256/a', 'http://256.256.256.256/a', 'is not a valid URL'],
    ['C:\\img\\a.jpg', 'C:\\img\\a.jpg', computer],
    ['\\\\server\\share\\a.jpg', '\\\\server\\share\\a.jpg', computer],
    ['file:///C:/a.jpg', 'file:///C:/a.jpg', computer],
    [`data:image/png;base64,${'AB/+'.repeat(100)}==`, 'data:image/png…', itself],
    [`data:image/png;base64,AAAA\r\nBBBB\r\nCC==`, 'data:image/png…', itself],
    ['data:image/svg+xml;utf8,<svg xmlns="http://www.w3.org/2000/svg" />', 'data:image/svg+xml…', itself],
    [`/9j/4AAQSkZJRgABAQAAAQABAAD${'/9k+'.repeat(50)}`, '/9j/4AAQ…', itself],
    [`iVBORw0KGgo${'AAAANSUhEUgAA'.repeat(5)}\nAAAA`, 'iVBORw0K…', itself],
    ['=IMAGE(A1)', '=IMAGE(A1)', 'is a formula without a URL in it'],
    ['="9780000000000"', '="9780000000000"', 'is a formula without a URL in it'],
    ['=HYPERLINK("https://a.example/"&A2)', 'https://a.example/', 'is put together by a formula'],
    ['a:1:{i:0;s:3:"a.b";}', 'a:1:{i:0;s:3:"a.b";}', 'is serialized PHP, in which nothing can be replaced'],
    ['/m/u/a.jpg', '/m/u/a.jpg', path],
    ['a b.webp', 'a b.webp', path],
    ['images/1', 'images/1', path],
    ['N/A', 'N/A', none],
    ['Front view', 'Front view', none],
  ])('says of %s what it is', (text, url, problem) => {
    const { urls: found } = read(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ url, problem, relative: problem === path });
    expect(problem.length + url.length).toBeLessThan(100);
  });

  it('finds a picture itself among URLs', () => {
    expect(urls(`${A},data:image/png;base64,AA/BB==,${B}`)).toEqual([A, 'data:image/png…', B]);
  });

  it.each([
    ['/m/u/a.jpg', ['/m/u/a.jpg']],
    ['/m/u/a.jpg,/m/u/b.webp', ['/m/u/a.jpg', '/m/u/b.webp']],
    ['m/u/a.jpg', ['/m/u/a.jpg']],
    ['./a b.jpg', ['/a b.jpg']],
    ['m\\u\\a.jpg', ['/m/u/a.jpg']],
    ['11062b_a~mv2.jpg;11062b_b~mv2.jpg', ['/11062b_a~mv2.jpg', '/11062b_b~mv2.jpg']],
    ['M001,M002', ['/M001', '/M002']],
    ['/a?id=1,/a?id=2', ['/a?id=1', '/a?id=2']],
    ['["/a.jpg","b.jpg"]', ['/a.jpg', '/b.jpg']],
    ['<img src="/a.jpg">', ['/a.jpg']],
    ['![x](/a.jpg)', ['/a.jpg']],
    ['=IMAGE("/a.jpg")', ['/a.jpg']],
  ])('puts the base URL before %s', (text, paths) => {
    for (const base of ['https://shop.example/media/catalog', 'https://shop.example/media/catalog//']) {
      const { urls: found } = read(text, base);
      expect(found.map(({ url }) => url)).toEqual(
        paths.map((one) => `https://shop.example/media/catalog${one}`),
      );
      expect(found.every(({ relative, problem }) => relative && problem === null)).toBe(true);
    }
    expectReplaceable(text, 'https://shop.example/media/catalog');
  });

  it('leaves absolute URLs, names of attachments and words alone when there is a base URL', () => {
    expect(urls(`mug.jpg (${A}), b/c.jpg (${B})`, 'https://s.example')).toEqual([A, B]);
    expect(read(`${A}, n/a`, 'https://s.example').urls.map(({ relative }) => relative)).toEqual([
      false,
      false,
    ]);
  });

  it.each([
    ['https://proxy.example/http://a.example/1.jpg', 'http'],
    [`https://proxy.example/?u=${A}`, 'https'],
    [`https://a.example/1.jpg${B}`, 'http'],
    ['https://https://a.example/1.jpg', 'https'],
  ])('warns of %s', (text, scheme) => {
    const cell = read(`${text}|${B}`);
    expect(cell.urls.map(({ url }) => url)).toEqual([text, B]);
    expect(cell.warnings).toEqual([
      { code: 'second_url', message: `another "${scheme}://" stands inside a URL: is a separator missing?` },
    ]);
  });

  it('splits its own texts no further, so failed.csv means what the input meant', () => {
    const cell = fc
      .array(
        fc.constantFrom(
          A,
          'http://c/x',
          'foo',
          'w_1',
          ',',
          ';',
          '|',
          '\n',
          ' ',
          '.jpg',
          '/',
          '、',
          '::',
          '"',
          ')',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(cell, (text) => {
        const { urls: found, separator } = read(text);
        const good = found.filter(({ problem }) => problem === null).map(({ url }) => url);
        expect(urls(good.join(separator))).toEqual(good);
      }),
      { numRuns: 5000 },
    );
  });

  it('reads and replaces every mixture of forms', () => {
    const plain = fc.constantFrom(
      A,
      'https://a.example/?q=1&s=2',
      'http://c/my-photo.png',
      'https://ä.example/ö.gif',
    );
    const forms: ((url: string) => string)[] = [
      (url) => url,
      (url) => `"${url}"`,
      (url) => `<${url}>`,
      (url) => `\u200b${url}\ufeff`,
      (url) => `Ocean=${url}`,
      (url) => `(${url})`,
      (url) => `“${url}”`,
      (url) => `[img]${url}[/img]`,
      (url) => url.replaceAll('&', '&amp;'),
      (url) => url.replaceAll('/', '\\/'),
    ];
    const item = fc.tuple(plain, fc.nat(forms.length - 1));
    const separators = fc.constantFrom(
      ',',
      ', ',
      '|',
      '\n',
      ' | ',
      ';',
      '; ',
      '\r\n',
      ' ',
      ',,',
      '、',
      '<br>',
      '\u2028',
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), separators, (items, separator) => {
        const text = items.map(([url, form]) => forms[form]!(url)).join(separator);
        const cell = read(text);
        const written = items.map(([url]) => url);
        expect(cell.urls.map(({ url }) => url)).toEqual(written);
        expectReplaceable(text);
        const changed = replaced(text, cell, (index) => `https://out.example/${index}.jpg?a=${index}&b=2`);
        const back = replaced(changed, { ...cell, urls: shifted(cell, changed) }, (index) => written[index]!);
        expect(back).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps any URL in any form, what would end it percent-encoded', () => {
    const odd = fc
      .array(
        fc.constantFrom(
          'a',
          '1',
          '.jpg',
          ',',
          ';',
          ' ',
          '|',
          '"',
          "'",
          '(',
          ')',
          '<',
          '>',
          '[',
          ']',
          '{',
          '}',
          '\\',
          '\n',
          '&',
          '/',
          '，',
          '.',
          '::',
        ),
      )
      .map((parts) => `https://out.example/x${parts.join('')}`);
    const form = fc.constantFrom(...FORMS.filter(([, , found]) => found.length > 0).map(([, text]) => text));
    fc.assert(
      fc.property(form, fc.array(odd, { minLength: 3, maxLength: 3 }), (text, others) => {
        const cell = read(text);
        const again = read(replaced(text, cell, (index) => others[index]!));
        const meant = (url: string) =>
          new URL(decodeURIComponent(url).replaceAll('\\', '%5C').replaceAll('\n', '%0A')).href;
        expect(again.urls.map(({ url }) => meant(url))).toEqual(others.slice(0, cell.urls.length).map(meant));
      }),
      { numRuns: 3000 },
    );
  });
});

/** Where the URLs of a cell stand once others are in their places, each to be written as the first was. */
function shifted(cell: UrlCell, changed: string) {
  return read(changed).urls.map(({ start, end }, index) => ({ ...cell.urls[index]!, start, end }));
}

describe('isNoPicture', () => {
  it.each([
    '',
    ' ',
    '\u200b',
    '-',
    '--',
    '—',
    '?',
    '[]',
    '""',
    'n/a',
    'N.A.',
    '#N/A',
    'none',
    'NULL',
    '[null]',
    'nan',
  ])('takes %j for none', (text) => expect(isNoPicture(text)).toBe(true));
  it.each([
    'no_selection',
    'No image',
    'no-photo',
    '0',
    'false',
    'kein Bild',
    'Aucune image',
    '(none)',
    '无',
    'нет',
    ','.repeat(1 << 20),
  ])('takes %.20j for none', (text) => expect(isNoPicture(text)).toBe(true));
  it.each([A, 'no-image.jpg', 'foo', 'na.jpg', '1', 'M001', '/none/1.jpg', `none${' '.repeat(100)}${A}`])(
    'takes %.20j for something',
    (text) => expect(isNoPicture(text)).toBe(false),
  );
});
