import { describe, expect, it } from 'vitest';
import { type CheckOptions, createTableChecker, type TableCheck } from '../../src/table/table.ts';
import { encodingOf } from '../../src/table/text/encodings.ts';

function check(file: string | Buffer, options: CheckOptions = {}): TableCheck {
  const checker = createTableChecker(options);
  checker.push(Buffer.from(file as string));
  const result = checker.end();
  return result.again?.encoding ? check(file, { ...options, assumed: result.again }) : result;
}

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const A = 'https://a.example/1.jpg';
const B = 'https://a.example/w_300,h_200/2.jpg';
const codes = (result: TableCheck) => result.problems.map(({ code }) => code);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('a sound file', () => {
  it('is counted, previewed and described', () => {
    const result = check(`${HEADER}1,Mouse,"${A},${B}"\n2, Käse ,${A}\n`);
    expect(result).toEqual({
      shape: {
        encoding: 'utf-8',
        bom: false,
        delimiter: ',',
        quoting: 'rfc4180',
        sep_line: false,
        profile: null,
        header_row: 1,
        first_row: 2,
        column_count: 3,
        columns: {
          urls: [{ index: 2, writeTo: null, title: 'Input Image Urls' }],
          names: [1],
          serial: 0,
          error: null,
        },
        rows: 'strict',
        base_url: null,
      },
      products: 2,
      images: 3,
      hosts: 1,
      header: ['S. No.', 'Product Name', 'Input Image Urls'],
      rows: { total: 2, passed_through: 0, with_problems: 0 },
      problems: [],
      warnings: [],
      warning_counts: {},
      candidates: [expect.objectContaining({ index: 2, header: 'Input Image Urls' })],
      preview: [
        { row: 1, spreadsheet_row: 2, name: 'Mouse', urls: [A, B], cells: ['1', 'Mouse', `${A},${B}`] },
        { row: 2, spreadsheet_row: 3, name: 'Käse', urls: [A], cells: ['2', 'Käse', A] },
      ],
      again: null,
    });
    expect(JSON.parse(JSON.stringify(result.shape))).toEqual(result.shape);
  });

  it.each<[string, string | Buffer, Partial<NonNullable<TableCheck['shape']>>]>([
    [
      'UTF-8 with BOM',
      `\ufeff"S. No.",Product Name,Input Image Urls\n1,é,${A}`,
      { encoding: 'utf-8', bom: true },
    ],
    ['Windows-1252', Buffer.from(`${HEADER}1,é,${A}`, 'latin1'), { encoding: 'windows-1252', bom: false }],
    ['UTF-16LE', utf16(`${HEADER}1,é,${A}`), { encoding: 'utf-16le', bom: true }],
    ['UTF-16BE', utf16(`${HEADER}1,é,${A}`).swap16(), { encoding: 'utf-16be', bom: true }],
    ['UTF-16LE without BOM', utf16(`${HEADER}1,é,${A}`).subarray(2), { encoding: 'utf-16le', bom: false }],
    [
      'UTF-16BE without BOM',
      utf16(`${HEADER}1,é,${A}`).swap16().subarray(2),
      { encoding: 'utf-16be', bom: false },
    ],
    ['semicolons', `${HEADER.replaceAll(',', ';')}1;é;"${A},${A}"`, { delimiter: ';' }],
    ['tabs', `${HEADER.replaceAll(',', '\t')}1\té\t${A}`, { delimiter: '\t' }],
    ['a sep line', `sep=;\r\n${HEADER.replaceAll(',', ';')}1;é;${A}`, { delimiter: ';', sep_line: true }],
    ['CR only', `${HEADER}1,é,${A}`.replaceAll('\n', '\r'), { delimiter: ',' }],
    [
      'more commas than semicolons in the header',
      `S. No.;Product Name;Input Image Urls;"a,b,c,d,e"\n1;é;${A};`,
      { delimiter: ';' },
    ],
    ['blank lines before the header', `\n,,,\n${HEADER}1,é,${A}`, { column_count: 3 }],
  ])('may come with %s', (_, file, shape) => {
    const result = check(file);
    expect(result.problems).toEqual([]);
    expect(result.shape).toMatchObject(shape);
    expect(result.preview[0]).toMatchObject({ name: 'é', urls: expect.arrayContaining([A]) });
  });

  it('reads each cell by its own bytes: one that is no UTF-8 changes no other, and its line is told', () => {
    const rows = `1,Größe,${A}\n`.repeat(5000);
    const file = Buffer.concat([
      Buffer.from(`${HEADER}${rows}2,`),
      Buffer.from('K\xe4se', 'latin1'),
      Buffer.from(`,${A}\n`),
    ]);
    const mixed = check(file);
    expect(mixed.shape?.encoding).toBe('utf-8');
    expect(mixed.preview[0]?.name).toBe('Größe');
    expect(mixed.warnings).toMatchObject([{ line: 5002, code: 'mixed_encoding' }]);
    expect(mixed.problems).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['windows-1252', 'NESCAF\xc9\xae', 'NESCAFÉ®'],
    ['cp1251', '\xca\xf0\xf3\xe6\xea\xe0', 'Кружка'],
    ['Shift_JIS', '\x83\x5c\x83\x74\x83\x40', 'ソファ'],
    ['GBK', '\xb1\xad\xd7\xd3', '杯子'],
    ['macroman', 'Tass\x8e', 'Tassé'],
  ])('is read as %s when that is said', (label, bytes, name) => {
    const file = Buffer.from(`${HEADER}1,${bytes},${A}\n`, 'latin1');
    const result = check(file, { options: { encoding: encodingOf(label) } });
    expect([result.problems, result.preview[0]?.name]).toEqual([[], name]);
  });

  it('keeps its UTF-8 over the borders of chunks', () => {
    for (const offset of [0, 1, 2, 3]) {
      const file = Buffer.from(`${HEADER}1,${'x'.repeat(offset)}${'€😀é'.repeat(20_000)},${A}\n`);
      const checker = createTableChecker();
      for (let at = 0; at < file.length; at += 7) checker.push(file.subarray(at, at + 7));
      expect(checker.end().shape?.encoding).toBe('utf-8');
    }
  });

  it('reads a file written by hand, with a space behind every comma', () => {
    const text = `S. No., Product Name, Input Image Urls\n1., SKU1, ${A}, ${B}\n2., "SKU, 2", "${A}, ${B}"\n3.,SKU3,${B}\n`;
    const result = check(text);
    expect(result.problems).toEqual([]);
    expect(result.preview.map(({ name, urls }) => [name, urls])).toEqual([
      ['SKU1', [A, B]],
      ['SKU, 2', [A, B]],
      ['SKU3', [B]],
    ]);
    // A value that could belong to another column is not taken into a URL.
    for (const stray of ['9.90', 'SKU_1', 'N/A'])
      expect(codes(check(`${HEADER}1,Mug,${A},${stray}\n`))).toEqual(['too_many_cells']);
  });

  it('does not count blank lines and rows of empty cells', () => {
    const result = check(`${HEADER}\n1,a,${A}\n,,\n , ,\t\n"","\n",\n2,,${A}\n`);
    expect(result.products).toBe(2);
    expect(result.problems).toMatchObject([{ line: 8, row: 2, column: 'Product Name', code: 'empty_name' }]);
  });

  it('joins an unquoted list that spills over the header, with a warning', () => {
    const result = check(`${HEADER}1,Mouse,${A},https://a.example/2.jpg, https://a.example/3.jpg,\n`);
    expect(result).toMatchObject({ products: 1, images: 3, problems: [] });
    expect(result.warnings).toMatchObject([{ line: 2, row: 1, code: 'joined_cells' }]);
  });

  it('may have short rows and trailing empty cells', () => {
    expect(check(`Input Image Urls,Product Name,S. No.,Note\n${A},a\n${A},b,2,,,\n`)).toMatchObject({
      products: 2,
      problems: [],
    });
  });

  it('warns about cells that Excel would cut', () => {
    const list = Array.from({ length: 2000 }, (_, index) => `https://a.example/${index}.jpg`).join(',');
    expect(check(`${HEADER}1,a,"${list}"\n`)).toMatchObject({
      images: 2000,
      warnings: [{ code: 'longer_than_excel' }],
    });
  });
});

describe('columns', () => {
  it.each([
    's no,PRODUCT_NAME,input image urls',
    'S.No.,product name ,Input Image URLs',
    'Sr. No,ProductName,Input Image Url',
    'SNo,Product,image_urls',
    'Serial Number,name,Images',
    '#,Title,Image URL',
    'S. No.,Name,Product Name,Images,Input Image Urls,Output Image Urls',
    'Input Image Urls,x,Product Name,S. No.',
  ])('are found in %s', (header) => {
    const row = header.split(',').map((title) => (/image/i.test(title) ? A : 'x'));
    const { shape, problems } = check(`${header}\n${row.join(',')}\n`);
    expect(problems).toEqual([]);
    const names = header.split(',');
    const { names: named, urls } = shape!.columns;
    const [name, url] = [named[0]!, urls[0]!.index];
    expect(urls).toHaveLength(1);
    expect(names[name]).toMatch(names.includes('Product Name') ? /^Product Name$/ : /product|name|title/i);
    expect(names[url]).toMatch(names.includes('Input Image Urls') ? /^Input Image Urls$/ : /image/i);
  });

  it('are taken by the names the user gives', () => {
    const options = { url_column: ['Bild-Adressen'], name_column: 'größe' };
    const file = `Größe,bild adressen,Product Name,Input Image Urls\nM,${A},,\n`;
    for (const encoding of ['utf8', 'latin1'] as const) {
      const result = check(Buffer.from(file, encoding), { options });
      expect(result.problems).toEqual([]);
      expect(result.shape?.columns).toMatchObject({
        serial: null,
        names: [0],
        urls: [{ index: 1 }],
        error: null,
      });
    }
  });

  it('are asked for when no column holds a URL', () => {
    const result = check('a,b\n1,2\n');
    expect(result.shape).toBeNull();
    expect(result.problems.map(({ code, column, line }) => [code, column, line])).toEqual([
      ['missing_column', 'url_column', 1],
    ]);
    expect(check('a\n', { options: { url_column: ['Bilder'] } }).problems).toMatchObject([
      { column: 'Bilder' },
    ]);
    expect(check(`S. No.,Input Image Urls\n1,${A}\n`).problems).toMatchObject([
      { code: 'missing_column', column: 'Product Name', line: 1 },
    ]);
  });

  it.each([
    ['S. No.,Product Name,Input Image Urls,input_image_urls', 'Input Image Urls'],
    ['S. No.,Product Name,product_name,Input Image Urls', 'Product Name'],
  ])('are ambiguous in %s', (header, column) => {
    expect(check(`${header}\n`).problems[0]).toMatchObject({ line: 1, code: 'ambiguous_column', column });
  });

  it('are found although the first pictures come late', () => {
    const file = `Name,Medium\n${'x,\n'.repeat(400_000)}a,${A}\nb,${A}\n`;
    const first = check(file);
    expect(first.again).not.toBeNull();
    const result = check(file, { assumed: first.again });
    expect(result).toMatchObject({ problems: [], products: 2, images: 2, again: null });
    expect(result.rows).toEqual({ total: 400_002, passed_through: 400_000, with_problems: 0 });
  });

  it('are read without quotes where a tab file turns out to have none', () => {
    const file = `title\timage_link\n${`x\t${A}\n`.repeat(60_000)}"Arc" lamp\t${A}\n`;
    const first = check(file);
    expect(first.again?.dialect.quoting).toBe('none');
    expect(check(file, { assumed: first.again })).toMatchObject({
      problems: [],
      images: 60_001,
      warnings: [],
    });
  });
});

describe('problems', () => {
  it('are all listed, by line, row and column', () => {
    const result = check(
      `${HEADER}1,,\n2,a,"foo, ${A},ftp://x/y.jpg"\n\n3,b,"${A}\n"\n4,c,${A},extra\n5,d,"${A}"x\n6,e\n7,f,"${A}\n`,
    );
    expect(result.problems.map(({ line, row, column, code }) => [line, row, column, code])).toEqual([
      [2, 1, 'Product Name', 'empty_name'],
      [2, 1, 'Input Image Urls', 'no_url'],
      [3, 2, 'Input Image Urls', 'invalid_url'],
      [3, 2, 'Input Image Urls', 'invalid_url'],
      [7, 4, null, 'too_many_cells'],
      [8, 5, 'Input Image Urls', 'stray_quote'],
      [9, 6, 'Input Image Urls', 'no_url'],
      [10, 7, 'Input Image Urls', 'unclosed_quote'],
    ]);
    expect(result.problems[2]?.message).toBe('"foo" is no http(s) URL');
    expect(result.rows).toEqual({ total: 7, passed_through: 0, with_problems: 6 });
  });

  it('quote the file in its own encoding, shortened', () => {
    const file = Buffer.from(`${HEADER}1,a,"käse ${'x'.repeat(300)}"\n`, 'latin1');
    expect(check(file).problems[0]?.message).toBe(`"käse ${'x'.repeat(95)}…" is no http(s) URL`);
  });

  it('are capped, and the last entry says how many more there are', () => {
    const result = check(HEADER + '1,a,foo\n'.repeat(1234));
    expect(result.problems).toHaveLength(1001);
    expect(result.problems[1000]).toMatchObject({ line: null, code: 'too_many_problems' });
    expect(result.problems[1000]?.message).toContain('234 more');
    expect(result.rows.total).toBe(1234);
  });

  it.each<[string, string | Buffer, string[]]>([
    ['an empty file', '', ['empty_file']],
    ['a BOM alone', '\ufeff', ['empty_file']],
    ['blank lines alone', '\n\r\n , ,\n', ['empty_file']],
    ['a header alone', HEADER, ['no_rows']],
    ['a header and blank lines', `${HEADER}\n,,\n`, ['no_rows']],
    ['a NUL', `${HEADER}1,a\0,${A}\n2,,\n`, ['not_text']],
    [
      'half a UTF-16 unit',
      Buffer.concat([utf16(`${HEADER}1,a,${A}`), Buffer.from('x')]),
      ['invalid_encoding'],
    ],
    ['an unclosed quote in the header', '"S. No.,Product Name\n1,2\n', ['unclosed_quote']],
    ['a JPEG', Buffer.from('ffd8ffe000104a46', 'hex'), ['not_text']],
    ['too many columns', `${','.repeat(20_000)}x\n`, ['too_many_cells']],
  ])('name %s', (_, file, expected) => expect(codes(check(file))).toEqual(expected));

  it('tell an Excel workbook by its name, and where a NUL is', () => {
    expect(check(Buffer.from('PK\x03\x04rest')).problems[0]?.message).toMatch(
      /Excel workbook.*save it as CSV/,
    );
    expect(check(`${HEADER}1,a,${A}\n2,\0`).problems[0]).toMatchObject({ line: 3, code: 'not_text' });
  });

  it('hold a file to its limits', () => {
    const rows = `1,a,"${A},${A},${A}"\n`.repeat(5);
    expect(check(HEADER + rows, { limits: { maxRows: 4 } }).problems).toMatchObject([
      { line: 6, code: 'too_many_rows' },
    ]);
    expect(codes(check(HEADER + rows, { limits: { maxUrlsPerRow: 2 } }))).toEqual(
      Array(5).fill('too_many_urls'),
    );
    expect(codes(check(HEADER + rows, { limits: { maxCell: 60 } }))).toEqual(Array(5).fill('cell_too_long'));
    expect(check(HEADER + rows, { limits: { maxRows: 5, maxUrlsPerRow: 3 } }).problems).toEqual([]);
  });

  it('are found in linear time in a cell of 1 MiB of separators', () => {
    const started = process.cpuUsage();
    for (const part of ['a,', 'a.jpg,', '.jpg,w_1/', ' .', '?,', ',http://a']) {
      check(`${HEADER}1,a,"${part.repeat(1_000_000 / part.length)}"\n`);
    }
    // Of this process' own time: how busy the machine is says nothing.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(10_000);
  });
});
