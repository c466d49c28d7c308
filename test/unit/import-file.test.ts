import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importRecord } from '../../src/finish/import-file.ts';
import {
  createTableChecker,
  readRecords,
  type TableOptions,
  type TableRecord,
  type TableShape,
  urlsOf,
} from '../../src/table/table.ts';

function shapeOf(file: Buffer, options: Partial<TableOptions> = {}): TableShape {
  const checker = createTableChecker({ options });
  checker.push(file);
  const { shape, problems } = checker.end();
  expect(problems).toEqual([]);
  return JSON.parse(JSON.stringify(shape)) as TableShape;
}

async function read(file: Buffer, shape: TableShape): Promise<TableRecord[]> {
  const records: TableRecord[] = [];
  for await (const batch of readRecords([file], shape, 1)) records.push(...batch);
  return records;
}

type Result = (url: string, row: number, index: number) => string | null;

async function imported(file: Buffer, result: Result, options: Partial<TableOptions> = {}): Promise<Buffer> {
  const shape = shapeOf(file, options);
  const parts = (await read(file, shape)).map((record) =>
    importRecord(
      shape,
      record,
      record.kind === 'data' ? urlsOf(record).map((url, index) => result(url, record.row, index)) : [],
    ),
  );
  return Buffer.concat(parts);
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

// ---------------------------------------------------------------- tables of any kind

/** Words in the bytes of each encoding; some have bytes that are ASCII signs (`\`, `|`, `}`) in the midst of a character. */
const ENCODINGS = {
  'utf-8': { words: ['Größe', '日本', 'a'].map((word) => Buffer.from(word).toString('latin1')) },
  'windows-1252': { words: ['Gr\xf6\xdfe', '5 \x80', 'a'] },
  shift_jis: { words: ['\x83\x5c\x83\x74', '\x90\x7d', '\x95\x5c|', 'a'] },
  gbk: { words: ['\xcf\xf1\xd7\x7c', '\x81\x7d', 'a'] },
  'utf-16le': { words: ['Größe', '日本', 'a'] },
};
type Encoding = keyof typeof ENCODINGS;

const url = fc
  .tuple(fc.nat(99), fc.constantFrom('jpg', 'png', 'JPG?v=2', 'webp#x'))
  .map(([n, ending]) => `https://a.example/p/${n}.${ending}`);
const urls = fc.array(url, { minLength: 1, maxLength: 3 });
const one = url.map((only) => [only]);
const written = (list: fc.Arbitrary<string[]>, text: (...list: string[]) => string) =>
  list.map((urls) => ({ urls, text: text(...urls) }));
/** `W` stands for a word of the file's encoding. */
const cell = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ urls: [], text: '' }) },
  { weight: 4, arbitrary: written(one, (only) => only) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(urls, fc.constantFrom(',', ', ', ';', '|', ' ', '\n', ' | '))
      .map(([list, separator]) => ({ urls: list, text: list.join(separator) })),
  },
  { weight: 1, arbitrary: written(urls, (...list) => JSON.stringify(list)) },
  { weight: 1, arbitrary: written(one, (only) => `=IMAGE("${only}")`) },
  { weight: 1, arbitrary: written(one, (only) => `=HYPERLINK("${only}";"W")`) },
  { weight: 1, arbitrary: written(urls, (...list) => list.map((at) => `W.jpg (${at})`).join(',')) },
  {
    weight: 1,
    arbitrary: written(urls, (...list) => list.map((at) => `<img alt="W" src="${at}">`).join('')),
  },
);
const extra = fc.constantFrom(
  '',
  'W',
  '12" W',
  'a,b',
  'x;y',
  '=1+1',
  'https://shop.example/p/1',
  'two\nlines',
);
const anyTable = fc.record({
  encoding: fc.constantFrom(...(Object.keys(ENCODINGS) as Encoding[])),
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  title: fc.boolean(),
  quoteAll: fc.boolean(),
  columns: fc.integer({ min: 1, max: 3 }),
  rows: fc.array(
    fc.record({ cells: fc.array(cell, { minLength: 3, maxLength: 3 }), extra, word: fc.nat(9) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
});
type Table = typeof anyTable extends fc.Arbitrary<infer Made> ? Made : never;
/** The URLs in its URL cells, row by row. */
const urlsIn = ({ rows, columns }: Table) =>
  rows.map(({ cells }) => cells.slice(0, columns).flatMap(({ urls }) => urls));
/** One without a picture is refused. */
const table = anyTable.filter((made) => urlsIn(made).some((list) => list.length > 0));

describe('the file to import', () => {
  it('is what came, when new and old URLs are swapped back', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.func(fc.boolean()), async (made, failed) => {
        const { encoding, delimiter, lineEnd, quoteAll } = made;
        const { words } = ENCODINGS[encoding];
        const quote = (text: string) =>
          quoteAll || /["\r\n]/.test(text) || text.includes(delimiter)
            ? `"${text.replaceAll('"', '""')}"`
            : text;
        const titles = ['Name', ...['Image 1', 'Image 2', 'Image 3'].slice(0, made.columns), 'Note'];
        const lines = made.rows.map(({ cells, extra, word }) => {
          const worded = [...cells.slice(0, made.columns).map(({ text }) => text), extra].map((text) =>
            text.replaceAll('W', words[word % words.length]!),
          );
          return [`n${word}`, ...worded].map(quote).join(delimiter);
        });
        const above = made.title ? [`List W${delimiter}`.replace('W', words[0]!), ''] : [];
        const text = [...above, titles.map(quote).join(delimiter), ...lines, ''].join(lineEnd);
        const file = encoding === 'utf-16le' ? Buffer.from(text, 'utf16le') : latin1(text);
        const options = {
          encoding: encoding === 'utf-16le' ? null : encoding,
          url_column: ['/^Image \\d$/'],
          header_row: made.title ? 3 : 1,
        };
        const seen: string[][] = made.rows.map(() => []);
        let kept = 0;
        const old = new Map<string, string>();
        const back = await imported(
          file,
          (address, row, index) => {
            expect(seen[row - 1]!.push(address)).toBe(index + 1);
            if (failed(row, index)) {
              kept++;
              return null;
            }
            const fresh = `http://new.example/${row}-${index}.jpg`;
            old.set(fresh, address);
            return fresh;
          },
          options,
        );
        const read = encoding === 'utf-16le' ? back.toString('utf16le') : back.toString('latin1');
        let replaced = 0;
        const swapped = read.replace(/http:\/\/new\.example\/\d+-\d+\.jpg/g, (fresh) => {
          replaced++;
          return old.get(fresh)!;
        });
        expect(swapped).toBe(text);
        // Whatever the form: every URL that was written was found, and every one either replaced or kept.
        expect(seen).toEqual(urlsIn(made));
        expect(replaced + kept).toBe(urlsIn(made).flat().length);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, string, string]>([
    [
      'a list keeps its separators, and a failed image its old URL',
      'Name,Images\na,"https://a.example/1.jpg, https://a.example/none.jpg ,https://a.example/2.jpg"\n',
      'Name,Images\na,"NEW1, https://a.example/none.jpg ,NEW3"\n',
    ],
    [
      'a formula keeps its form and its quotes',
      'Name,Image\na,"=IMAGE(""https://a.example/1.jpg"";4;100;100)"\n',
      'Name,Image\na,"=IMAGE(""NEW1"";4;100;100)"\n',
    ],
    [
      'rows without pictures, titles and totals stay as they are',
      'Price list\n\nName;Bild 1;Bild 2\na;https://a.example/1.jpg;\n;;\nb;;\nSum;;\n',
      'Price list\n\nName;Bild 1;Bild 2\na;NEW1;\n;;\nb;;\nSum;;\n',
    ],
    [
      'a list that was not quoted gets its quotes',
      'S. No.,Product Name,Input Image Urls\n1,a,https://a.example/1.jpg,https://a.example/2.jpg\n',
      'S. No.,Product Name,Input Image Urls\n1,a,"NEW1,NEW2"\n',
    ],
    [
      'a tab file whose quotes are text keeps them',
      'title\timage_link\n"Arc" lamp 12"\thttps://a.example/1.jpg\n"Arc" lamp\thttps://a.example/2.jpg\n',
      'title\timage_link\n"Arc" lamp 12"\tNEW1\n"Arc" lamp\tNEW1\n',
    ],
  ])('%s', async (_, file, expected) => {
    const back = await imported(Buffer.from(file), (address, _row, index) =>
      address.includes('none') ? null : `NEW${index + 1}`,
    );
    expect(back.toString()).toBe(expected);
  });
});
