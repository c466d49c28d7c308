import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Failure, failedRecord } from '../../src/finish/failed-file.ts';
import { outputRecord } from '../../src/finish/output-file.ts';
import {
  type Assumed,
  createTableChecker,
  readRecords,
  type TableCheck,
  type TableOptions,
  type TableRecord,
  type TableRow,
  type TableShape,
  urlsOf,
} from '../../src/table/table.ts';
import { NO_OPTIONS } from '../../src/table/table-options.ts';

const A = 'https://a.example/1.jpg';
const B = 'https://a.example/w_300,h_200/2.jpg';

function check(
  file: Buffer,
  options: Partial<TableOptions> = {},
  assumed: Assumed | null = null,
): TableCheck {
  const checker = createTableChecker({ options, assumed });
  checker.push(file);
  const result = checker.end();
  return result.again ? check(file, options, result.again) : result;
}

function shapeOf(file: Buffer, options: Partial<TableOptions> = {}): TableShape {
  const { shape, problems } = check(file, options);
  expect(problems).toEqual([]);
  return JSON.parse(JSON.stringify(shape)) as TableShape;
}

async function read(file: Buffer, shape: TableShape, chunk = 65_536): Promise<TableRecord[]> {
  async function* chunks() {
    for (let at = 0; at < file.length; at += chunk) yield file.subarray(at, at + chunk);
  }
  const records: TableRecord[] = [];
  for await (const batch of readRecords(chunks(), shape, 1)) records.push(...batch);
  return records;
}

/** `, ` and `,` are the same list to the output. */
const separatorOf = ({ cells }: TableRow): string => {
  const { separator = ',' } = cells[0] ?? {};
  return /[,;|]/.exec(separator)?.[0] ?? separator;
};

const rowsOf = (records: TableRecord[]): TableRow[] => records.filter((record) => record.kind === 'data');

type Result = (url: string, row: number, index: number) => string | null;
const resized: Result = (url) => url.replace(/^https?:\/\/[^/]*/, 'http://out.example');

async function outputOf(file: Buffer, result: Result = resized) {
  const shape = shapeOf(file);
  const records = await read(file, shape);
  const parts = records.map((record) =>
    outputRecord(
      shape,
      record,
      record.kind === 'data' ? urlsOf(record).map((url, i) => result(url, record.row, i)) : [],
    ),
  );
  return { shape, records, parts, output: Buffer.concat(parts) };
}

async function failedOf(
  file: Buffer,
  fail: (row: number, index: number) => (Omit<Failure, 'url'> & Partial<Failure>) | null,
  options: Partial<TableOptions> = {},
): Promise<Buffer> {
  const shape = shapeOf(file, options);
  const failure = (row: number, url: string, index: number) => {
    const failed = fail(row, index);
    return failed && { url, ...failed };
  };
  const parts = (await read(file, shape)).map((record) =>
    failedRecord(shape, record, {
      failures:
        record.kind === 'data' ? urlsOf(record).map((url, index) => failure(record.row, url, index)) : [],
      options: { ...NO_OPTIONS, ...options },
    }),
  );
  return Buffer.concat(parts.filter((part) => part !== null));
}

// ---------------------------------------------------------------- files of any dialect

const encodings = {
  'utf-8': (text: string) => Buffer.from(text, 'utf8'),
  'windows-1252': (text: string) => Buffer.from(text.replaceAll('€', '\x80'), 'latin1'),
  'utf-16le': (text: string) => Buffer.from(text, 'utf16le'),
  'utf-16be': (text: string) => Buffer.from(text, 'utf16le').swap16(),
};
const url = fc.constantFrom(
  A,
  B,
  'http://b.example/é.jpg',
  'https://c.example/my photo.jpg',
  'https://c.example/?q=1;2',
);
const urlCell = fc
  .tuple(
    fc.array(url, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(',', ', ', '|', '\n', '\r\n', ';', ' | ', ' '),
  )
  .map(([urls, separator]) => ({ text: urls.join(separator), urls }));
const extra = fc.string({
  unit: fc.constantFrom('a', 'é', '€', ' ', ',', ';', '\t', '"', '\n', '\r', "'", '='),
  maxLength: 5,
});
const name = extra.map((text) => `x${text}`);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const csvFile = fc
  .record({
    encoding: fc.constantFrom('utf-8', 'windows-1252', 'utf-16le', 'utf-16be'),
    bom: fc.boolean(),
    delimiter: fc.constantFrom(',', ';', '\t'),
    sepLine: fc.boolean(),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 }),
    finalNewline: fc.boolean(),
    rows: fc.array(
      fc.record({
        name,
        cell: urlCell,
        extras: fc.tuple(extra, extra),
        quoteAll: fc.boolean(),
        overflow: fc.nat(2),
        short: fc.boolean(),
        end: lineEnd,
        before: fc.constantFrom('', '', 'blank', 'delimiters'),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    headerEnd: lineEnd,
  })
  .map((file) => {
    const { delimiter, order } = file;
    const quote = (text: string, all: boolean) =>
      all || /^"|["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
    const line = (cells: string[], all: boolean) => order.map((at) => quote(cells[at]!, all)).join(delimiter);
    let text = file.sepLine ? `sep=${delimiter}${file.headerEnd}` : '';
    text += line(['S. No.', 'Product Name', 'Input Image Urls', 'Größe', 'Note'], false) + file.headerEnd;
    for (const [index, row] of file.rows.entries()) {
      if (row.before) text += (row.before === 'blank' ? ' ' : delimiter.repeat(4)) + row.end;
      let cells = line([String(index + 1), row.name, row.cell.text, ...row.extras], row.quoteAll);
      // Cells may only be missing or too many where they are empty or unneeded.
      if (row.short && order[4] === 3 && row.extras[0] === '' && !row.quoteAll) cells = cells.slice(0, -1);
      else cells += delimiter.repeat(row.overflow);
      text += cells + (index === file.rows.length - 1 && !file.finalNewline ? '' : row.end);
    }
    const encoding = file.encoding as keyof typeof encodings;
    const bom = file.bom && encoding !== 'windows-1252' ? '\ufeff' : '';
    return { ...file, bytes: encodings[encoding](bom + text), text };
  })
  // Text of one encoding that reads as another by accident says nothing of either.
  .filter(
    ({ encoding, bytes }) =>
      encoding !== 'windows-1252' || !/[\xc2-\xf4][\x80-\xbf]/.test(bytes.toString('latin1')),
  );

/** The bytes as text of one char per byte or code unit. */
const lossless = (bytes: Buffer, { encoding }: TableShape): string =>
  encoding === 'utf-16be'
    ? Buffer.from(bytes).swap16().toString('utf16le')
    : bytes.toString(encoding === 'utf-16le' ? 'utf16le' : 'latin1');

describe('readRecords', () => {
  it('reads what was written, whatever the dialect and the chunks, and loses no byte', async () => {
    await fc.assert(
      fc.asyncProperty(csvFile, fc.integer({ min: 1, max: 40 }), async (file, chunk) => {
        const checked = check(file.bytes);
        expect(checked.problems).toEqual([]);
        const shape = checked.shape!;
        const records = await read(file.bytes, shape, chunk);
        expect(records.map(({ raw }) => raw).join('')).toBe(lossless(file.bytes, shape));
        const rows = rowsOf(records);
        expect(rows.map(urlsOf)).toEqual(file.rows.map(({ cell }) => cell.urls));
        expect(rows.map((row) => row.name)).toEqual(file.rows.map((row) => row.name.trim()));
        expect(rows.map(({ row }) => row)).toEqual(file.rows.map((_, index) => index + 1));
        expect(checked.products).toBe(rows.length);
        expect(checked.images).toBe(rows.flatMap(urlsOf).length);
      }),
      { numRuns: 500 },
    );
  });

  it('throws when the bytes are not those that were checked', async () => {
    const shape = shapeOf(Buffer.from(`S. No.,Product Name,Input Image Urls\n1,a,${A}\n`));
    const other = Buffer.from('S. No.,Product Name,Input Image Urls\n1,"a"b,x\n');
    await expect(read(other, shape)).rejects.toThrow('Line 2');
  });
});

describe('output.csv', () => {
  it('is the input, byte for byte, when our cells are taken out again', async () => {
    await fc.assert(
      fc.asyncProperty(csvFile, async (file) => {
        const { shape, records, parts } = await outputOf(file.bytes, () => 'OUT');
        const { delimiter: d } = shape;
        const without = parts.map((part, index) => {
          const text = lossless(part, shape);
          const record = records[index]!;
          if (record.kind === 'preamble' || record.kind === 'blank') return text;
          const joined =
            record.kind === 'data'
              ? urlsOf(record)
                  .map(() => 'OUT')
                  .join(separatorOf(record))
              : 'Output Image Urls';
          const quoted = joined.includes(d) || /[\r\n]/.test(joined) ? `"${joined}"` : joined;
          const missing = Math.max(0, shape.column_count - record.ends.length);
          const pieces = text.split(d.repeat(missing + 1) + quoted);
          expect(pieces).toHaveLength(2);
          return pieces.join('');
        });
        expect(without.join('')).toBe(lossless(file.bytes, shape));
      }),
      { numRuns: 500 },
    );
  });

  it('puts each result at its position and in its column, as csv-parse sees it', async () => {
    await fc.assert(
      fc.asyncProperty(csvFile, fc.func(fc.boolean()), async (file, failed) => {
        const { shape, records, output } = await outputOf(file.bytes, (address, row, index) =>
          failed(row, index) ? null : resized(address, row, index),
        );
        const lines: string[][] = parse(lossless(output, shape).replace(/^(\xef\xbb\xbf|\ufeff)/, ''), {
          delimiter: shape.delimiter,
          record_delimiter: ['\r\n', '\n', '\r'],
          relax_column_count: true,
          relax_quotes: true,
        });
        const theirs = lines.filter((cells) => cells.some((cell) => cell.includes('://')));
        const wide = shape.encoding.startsWith('utf-16');
        const cells = theirs.map((line) =>
          wide
            ? line[5]!
            : Buffer.from(line[5]!, 'latin1').toString(shape.encoding === 'utf-8' ? 'utf8' : 'latin1'),
        );
        const expected = rowsOf(records).map((record) =>
          urlsOf(record)
            .map((address, at) => (failed(record.row, at) ? '' : resized(address, record.row, at)))
            .join(separatorOf(record)),
        );
        expect(cells).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      'keeps everything that is odd',
      `\ufeffsep=,\r\n"S. No.",Product Name,Input Image Urls\r\n\n1,"a ""b""",${A}\r,,\n2,5" c,${A}`,
      `\ufeffsep=,\r\n"S. No.",Product Name,Input Image Urls,Output Image Urls\r\n\n1,"a ""b""",${A},OUT1\r,,\n2,5" c,${A},OUT1`,
    ],
    [
      'fills up short rows',
      `Images,Name,S. No.,Note\n${A},a\n`,
      `Images,Name,S. No.,Note,Output Image Urls\n${A},a,,,OUT1\n`,
    ],
    [
      'stands before empty cells too many',
      `S. No.,Name,Images\n1,a,${A},,\n`,
      `S. No.,Name,Images,Output Image Urls\n1,a,${A},OUT1,,\n`,
    ],
    [
      'follows a list that was not quoted',
      `S. No.,Name,Images\n1,a,${A},${A}\n`,
      `S. No.,Name,Images,Output Image Urls\n1,a,${A},${A},"OUT1,OUT2"\n`,
    ],
    [
      'leaves failed places empty',
      `S. No.,Name,Images\n1,a,${A}|http://x/none|${A}\n2,b,${A}|http://x/none\n`,
      `S. No.,Name,Images,Output Image Urls\n1,a,${A}|http://x/none|${A},OUT1||OUT3\n2,b,${A}|http://x/none,OUT1|\n`,
    ],
    [
      'is empty for one image that failed',
      'S. No.,Name,Images\n1,a,http://x/none\n',
      'S. No.,Name,Images,Output Image Urls\n1,a,http://x/none,\n',
    ],
    [
      'adds a second column of that name',
      `S. No.,Name,Images,Output Image Urls\n1,a,${A},old\n`,
      `S. No.,Name,Images,Output Image Urls,Output Image Urls\n1,a,${A},old,OUT1\n`,
    ],
    [
      'quotes line ends',
      `S. No.,Name,Images\n1,a,"${A}\n${A}"\n`,
      `S. No.,Name,Images,Output Image Urls\n1,a,"${A}\n${A}","OUT1\nOUT2"\n`,
    ],
  ])('%s', async (_, input, expected) => {
    const { output } = await outputOf(Buffer.from(input), (address, _row, index) =>
      address.endsWith('none') ? null : `OUT${index + 1}`,
    );
    expect(output.toString()).toBe(expected);
  });
});

describe('failed.csv', () => {
  const failure = { code: 'http_404', message: 'the server says "not found", €' };

  it('has the failed URLs only, and can be uploaded as it is, over and over', async () => {
    await fc.assert(
      fc.asyncProperty(csvFile, fc.func(fc.boolean()), async (file, failed) => {
        const fails = (row: number, index: number) => row === 1 || failed(row, index);
        const first = await failedOf(file.bytes, (row, index) => (fails(row, index) ? failure : null));
        const kept = file.rows
          .map(({ cell }, index) => cell.urls.filter((_, at) => fails(index + 1, at)))
          .filter((urls) => urls.length > 0);
        const shape = shapeOf(first);
        expect(shape.columns.error).toBe(5);
        expect(rowsOf(await read(first, shape)).map(urlsOf)).toEqual(kept);
        // All fail again: the second round's file is the first's. No column is added, no cell moves.
        expect(await failedOf(first, () => failure)).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the other cells raw and replaces the errors of an earlier round', async () => {
    const input =
      'sep=;\r\n"S. No.";Product Name;Images;Note;Error\r\n\r\n' +
      `1;"a";"${A}, ${B}";5" x;old\r\n2;b;${A};y;old\r\n3;c;${A}`;
    const output = await failedOf(Buffer.from(input), (row, index) =>
      row === 3 || (row === 1 && index === 1) ? { code: 'timeout', message: 'no answer;\nin 30 s' } : null,
    );
    const error = '"timeout: no answer; in 30 s"';
    expect(output.toString()).toBe(
      'sep=;\r\n"S. No.";Product Name;Images;Note;Error\r\n' +
        `1;"a";${B};5" x;${error}\r\n3;c;${A};;${error}`,
    );
  });

  it('quotes a list that was not, and names every failure', async () => {
    const output = await failedOf(Buffer.from(`S. No.,Name,Images\n1,a,${A},${A},${A}\n`), (_, index) =>
      index === 1 ? null : { code: 'empty_body', message: `no bytes ${index}` },
    );
    expect(output.toString()).toBe(
      `S. No.,Name,Images,Error\n1,a,"${A},${A}",empty_body: no bytes 0; empty_body: no bytes 2\n`,
    );
  });

  it('has the URLs that were tried last where they were mended', async () => {
    const input = `S. No.,Name,Images\n1,a,"${A}\n${B}\n${A}"\n2,b,${A}\n3,c,<img src="${B}">\n4,d,${A}\n`;
    const output = await failedOf(Buffer.from(input), (row, index) => {
      if (row === 4 || (row === 1 && index === 0)) return null;
      return { code: 'timeout', message: 'none', ...(index !== 1 && { url: 'http://new/a,b.jpg' }) };
    });
    expect(output.toString()).toBe(
      `S. No.,Name,Images,Error\n1,a,"${B}\nhttp://new/a,b.jpg",timeout: none; timeout: none\n` +
        '2,b,"http://new/a,b.jpg",timeout: none\n3,c,"http://new/a,b.jpg",timeout: none\n',
    );
  });

  it('escapes a mended URL that the encoding of the file has no character for', async () => {
    const input = Buffer.from(`S. No.,Name,Images\n1,\x80\x9f,${A}\n2,b,${A}\n`, 'latin1');
    const url = (row: number) => (row === 1 ? 'http://new/日.jpg' : 'http://new/€.jpg');
    const output = await failedOf(input, (row) => ({ code: 'timeout', message: 'none', url: url(row) }));
    expect(output.toString('latin1')).toBe(
      'S. No.,Name,Images,Error\n1,\x80\x9f,http://new/%e6%97%a5.jpg,timeout: none\n2,b,http://new/\x80.jpg,timeout: none\n',
    );
  });

  it('keeps its Error column apart in every round when its header carries how the columns were named', async () => {
    const input = Buffer.from(`Foto,Link,Titel\n${A},${B},a\n${A},${A},b\n`);
    const options = { url_column: ['Link'], name_column: 'Titel' };
    const first = await failedOf(input, (row) => (row === 1 ? null : failure), options);
    expect(first.toString().split('\n')[0]).toBe('Foto,Link,Titel,Error [url_column=Link&name_column=Titel]');
    expect(shapeOf(first).columns).toMatchObject({ error: 3, urls: [{ index: 1 }], names: [2] });
    expect(await failedOf(first, () => failure)).toEqual(first);
  });

  it('writes its own words in the encoding of the file', async () => {
    const input = Buffer.from(`S. No.,Name,Images\n1,\x80\x9f,${A}\n`, 'latin1');
    const output = await failedOf(input, () => ({ code: 'timeout', message: '“5 €” Ÿ 日' }));
    expect(output.toString('latin1')).toBe(
      `S. No.,Name,Images,Error\n1,\x80\x9f,${A},timeout: \x935 \x80\x94 \x9f ?\n`,
    );
  });
});

describe('a failed file of an upload that named its columns', () => {
  const options = {
    ...NO_OPTIONS,
    url_column: ['Medium', '#4'],
    name_column: 'Kind',
    base_url: 'https://a.example/',
  };
  const failure: Failure = { code: 'http_404', message: 'the server answered 404' };

  /** All images of the file fail. */
  async function failedBy(file: Buffer, said: TableOptions): Promise<{ shape: TableShape; failed: Buffer }> {
    const checker = createTableChecker({ options: said });
    checker.push(file);
    const { shape, problems } = checker.end();
    expect(problems).toEqual([]);
    const parts = (await read(file, shape!)).map((record) =>
      failedRecord(shape!, record, {
        failures: record.kind === 'data' ? urlsOf(record).map(() => failure) : [],
        options: said,
      }),
    );
    return { shape: shape!, failed: Buffer.concat(parts.filter((part) => part !== null)) };
  }

  it('says so in its header, and is read by that, round after round', async () => {
    const file = Buffer.from('Kind;Note;Medium;Medium 2\nMug;x;p/1;p/2\nLamp;y;;\n');
    const first = await failedBy(file, options);
    expect(first.failed.toString()).toBe(
      'Kind;Note;Medium;Medium 2;Error [url_column=Medium&url_column=%234&name_column=Kind&base_url=https%3A%2F%2Fa.example%2F]\n' +
        'Mug;x;p/1;p/2;"http_404: the server answered 404; http_404: the server answered 404"\n',
    );
    const second = await failedBy(first.failed, NO_OPTIONS);
    expect(second.failed.toString()).toBe(first.failed.toString());
    expect(second.shape.columns).toEqual({ ...first.shape.columns, error: 4 });
    expect(rowsOf(await read(second.failed, second.shape)).map(urlsOf)).toEqual([
      ['https://a.example/p/1', 'https://a.example/p/2'],
    ]);
  });
});
