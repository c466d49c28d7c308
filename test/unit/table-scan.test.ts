import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordScanner } from '../../src/table/text/scan.ts';
import type { ScannedRecord } from '../../src/table/text/scanned-record.ts';

function scan(parts: string[], { delimiter = ',', maxCell = 1000 } = {}): ScannedRecord[] {
  const scanner = new RecordScanner({ quoting: 'rfc4180', delimiter, maxCell });
  const records: ScannedRecord[] = [];
  const take = (record: ScannedRecord) => records.push(record);
  for (const part of parts) scanner.push(part, take);
  scanner.end(take);
  return records;
}

const cellsOf = (text: string, options = {}) => scan([text], options).map((record) => record.cells());
const problemsOf = (text: string, options = {}) =>
  scan([text], options).flatMap(({ problem }) => (problem ? [problem] : []));

const cellText = fc.string({
  unit: fc.constantFrom('a', 'é', ' ', ',', ';', '"', '\n', '\r', '\t'),
  maxLength: 6,
});
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const delimiters = fc.constantFrom(',', ';', '\t');
const table = fc.array(
  fc.tuple(fc.array(fc.tuple(cellText, fc.boolean()), { minLength: 1, maxLength: 5 }), lineEnd),
  {
    maxLength: 6,
  },
);

function write(rows: [[string, boolean][], string][], delimiter: string): string {
  const cell = ([text, quoted]: [string, boolean]) =>
    quoted || /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  // An empty line behind a CR would turn into half of a CRLF.
  const line = (cells: [string, boolean][]) => cells.map(cell).join(delimiter) || '""';
  return rows.map(([cells, end]) => line(cells) + end).join('');
}

/** The pieces between ascending cuts. */
function pieces(text: string, cuts: number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

describe('RecordScanner', () => {
  it('reads the cells that were written, wherever the chunks end', () => {
    fc.assert(
      fc.property(table, delimiters, fc.array(fc.nat(200), { maxLength: 8 }), (rows, delimiter, cuts) => {
        const text = write(rows, delimiter);
        const records = scan(pieces(text, cuts), { delimiter });
        expect(records.map((record) => record.cells())).toEqual(
          rows.map(([cells]) => cells.map(([cell]) => cell)),
        );
        expect(records.map(({ raw }) => raw).join('')).toBe(text);
        expect(records.flatMap(({ problem }) => problem ?? [])).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with csv-parse on quoted and plain cells', () => {
    fc.assert(
      fc.property(table, delimiters, fc.constantFrom('\n', '\r\n'), (rows, delimiter, end) => {
        const text = write(
          rows.map(([cells]) => [cells, end]),
          delimiter,
        );
        const theirs: string[][] = parse(text, {
          delimiter,
          record_delimiter: end,
          relax_column_count: true,
        });
        expect(cellsOf(text, { delimiter })).toEqual(theirs);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every char of any text without broken quotes, in pieces of one char', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '\r', '\n', ' ') }), (text) => {
        const whole = scan([text]);
        const single = scan([...text]);
        expect(whole.map(({ raw }) => raw).join('')).toBe(text);
        expect(single.map(({ raw, line, ends }) => ({ raw, line, ends }))).toEqual(
          whole.map(({ raw, line, ends }) => ({ raw, line, ends })),
        );
      }),
    );
  });

  it('finds the same records and problems in any text, wherever the chunks end', () => {
    const anyText = fc.string({ unit: fc.constantFrom('a', ',', '"', '\r', '\n', ' '), maxLength: 80 });
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(80), { maxLength: 5 }), (text, cuts) => {
        // Text behind an overlong cell is thrown away, so `raw` may differ there.
        const view = (parts: string[]) =>
          scan(parts, { maxCell: 12 }).map(({ line, problem, raw }) => ({
            line,
            problem,
            raw: problem ? '' : raw,
          }));
        expect(view(pieces(text, cuts))).toEqual(view([text]));
      }),
      { numRuns: 2000 },
    );
  });

  it('counts physical lines over CRLF, LF and CR, inside quotes too', () => {
    const records = scan(['a\r\n"b\r\nb\rb\nb",\rc\n\n', 'd']);
    expect(records.map(({ line }) => line)).toEqual([1, 2, 6, 7, 8]);
  });

  it('takes a quote inside a plain cell as text', () => {
    expect(cellsOf('5" pipe,a"b"c\n')).toEqual([['5" pipe', 'a"b"c']]);
    expect(problemsOf('5" pipe,a"b"c\n')).toEqual([]);
  });

  it('allows spaces behind a closing quote, and nothing else', () => {
    expect(cellsOf('"a" ,"b" \n')).toEqual([['a', 'b']]);
    expect(problemsOf('x\n"a"b,c\n"d"\n')).toEqual([{ code: 'stray_quote', line: 2, cell: 0 }]);
  });

  it('takes spaces before an opening quote as none of the cell', () => {
    expect(cellsOf('1, "a, ""b""",  "c" , d\n')).toEqual([['1', 'a, "b"', 'c', ' d']]);
    expect(scan([...'1, "a", "b"\n']).map((record) => record.cells())).toEqual([['1', 'a', 'b']]);
  });

  it('gives up a cell of nothing but spaces at the cell limit', () => {
    expect(problemsOf(`a,${' '.repeat(1001)}`).map(({ code }) => code)).toEqual(['cell_too_long']);
    expect(problemsOf(`"a"${' '.repeat(1001)}`).map(({ code }) => code)).toEqual(['cell_too_long']);
  });

  it('reports an unclosed quote where it opened and finds what comes behind it', () => {
    const problems = problemsOf('a,b\n1,"x\n2,y\n"3"z,w\n');
    expect(problems).toEqual([{ code: 'stray_quote', line: 4, cell: 1 }]);
    expect(problemsOf('a,b\n"1\n",\r\n"x\r\n2,y\r\n3,z')).toEqual([
      { code: 'unclosed_quote', line: 4, cell: 0 },
    ]);
    expect(problemsOf('a\n"b')).toEqual([{ code: 'unclosed_quote', line: 2, cell: 0 }]);
  });

  it('gives up an unclosed quote at the cell limit, and goes on with the next line', () => {
    const rest = 'row,row\n'.repeat(500);
    const records = scan([`h,h\n1,"open\n${rest}`], { maxCell: 1000 });
    expect(records.filter(({ problem }) => problem)).toHaveLength(1);
    expect(records[1]?.problem).toEqual({ code: 'unclosed_quote', line: 2, cell: 1 });
    expect(records).toHaveLength(502);
    expect(records.at(-1)?.line).toBe(502);
  });

  it('refuses overlong cells and records, quoted or not, and goes on behind them', () => {
    const long = 'x'.repeat(1001);
    expect(problemsOf(`a\n${long},b\nc\n"${long}"\nd`)).toEqual([
      { code: 'cell_too_long', line: 2, cell: 0 },
      { code: 'cell_too_long', line: 4, cell: 0 },
    ]);
    expect(problemsOf(`${','.repeat(4002)}\nb\n`)).toMatchObject([{ code: 'cell_too_long', line: 1 }]);
    expect(problemsOf(`"${'x'.repeat(998)}"\n${'x'.repeat(1000)}`)).toEqual([]);
  });

  it('takes linear time over 8 MB of the worst quotes', () => {
    const text = '"a""\n'.repeat(100_000) + '"\n'.repeat(500_000) + 'x""y\n'.repeat(100_000);
    const started = performance.now();
    for (const sample of [text, `"${text}`, `"x""${text}`]) {
      const scanner = new RecordScanner({ quoting: 'rfc4180', delimiter: ',', maxCell: 1024 * 1024 });
      for (let at = 0; at < sample.length; at += 65_536)
        scanner.push(sample.slice(at, at + 65_536), () => {});
      scanner.end(() => {});
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
