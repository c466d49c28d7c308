// Cells of 1 MiB that ask much of a reader: exact results, in linear time. (A quadratic one takes minutes for each.)
import { describe, expect, it } from 'vitest';
import { readUrlCell } from '../../src/table/cells/read-url-cell.ts';

const MIB = 1 << 20;
const A = 'https://a.example/1.jpg';
const filled = (unit: string) => unit.repeat(Math.floor(MIB / unit.length));
const count = (text: string, baseUrl: string | null = null) => {
  const { urls } = readUrlCell(text, { baseUrl });
  return [urls.length, urls.filter(({ problem }) => problem === null).length];
};

describe('a cell of 1 MiB', () => {
  it.each([
    [',', 0, 0],
    ['\u3000', 0, 0],
    ['::', 0, 0],
    ["'", 0, 0],
    ['<', 0, 0],
    ['<img ', 0, 0],
    ['<!--', 0, 0],
    ['[[[', 0, 0],
    ['{"a":', 1, 0],
    ['["', 0, 0],
    ['((((', 0, 0],
    [')))', 0, 0],
    ['![', 0, 0],
    ['&amp;', 1, 0],
    ['\\n', 1, 0],
    ['A', 1, 0],
    ['a, ', 349525, 0],
    ['a, x=', 209716, 0],
    ['a.jpg ', 174762, 0],
    ['https://', 1, 0],
    ['http:\\\\', 1, 0],
    ['1.jpg 2x ', 1, 0],
    [`${A},`, 43690, 43690],
    [`"${A}" `, 40329, 40329],
    [`x=${A}|`, 40329, 40329],
    [`<img src="${A}">`, 29959, 29959],
    [`m (${A}),`, 37449, 37449],
    [`[a](${A})`, 37449, 37449],
  ])(
    'of %j has %i texts, %i of them URLs',
    (unit, texts, urls) => {
      expect(count(filled(unit))).toEqual([texts, urls]);
    },
    60_000,
  );

  it.each([
    ['a formula', `=IMAGE("${filled("'")}`, [1, 0]],
    ['JSON of quotes', `["${filled('\\"')}"]`, [0, 0]],
    ['a URL in brackets', `x (${A}${filled('(')})`, [2, 0]],
    ['an attribute', `<img src="${filled(' ')}${A}`, [1, 1]],
    ['one that opens tags', `<img src='${filled('<img src="')}'>`, [1, 0]],
    ['a picture itself', `data:image/png;base64,${filled('A')}`, [1, 0]],
    ['a URL behind spaces', `${filled(' ')}${A}`, [1, 1]],
    ['a JSON list', `[${filled(`"${A}",`)}"${A}"]`, [40330, 40330]],
    ['JSON objects in each other', `${'{"src":"a","b":'.repeat(60_000)}1${'}'.repeat(60_000)}`, [1, 0]],
  ])(
    'that is %s',
    (_, text, expected) => {
      expect(count(text)).toEqual(expected);
    },
    60_000,
  );

  it('holds relative paths', () => {
    expect(count(filled('/m/u/a.jpg,'), 'https://shop.example')).toEqual([95325, 95325]);
    expect(count(filled('M1,'), 'https://shop.example')).toEqual([349525, 349525]);
  }, 60_000);
});
