// Pass 1 over an upload: finds every problem, counts products and images, and decides the file's shape once.
import type { CsvCheck, CsvLimits, CsvPreviewRow, CsvShape, CsvWarning } from './check-types.ts';
import { type ColumnNames, matchColumns } from './columns.ts';
import { type Dialect, detectDialect, MAX_COLUMNS } from './dialect.ts';
import { judgeRow, warningsOf } from './judge-row.ts';
import { type Draft, ProblemList } from './problem-list.ts';
import { type Layout, readRow } from './row.ts';
import { RecordScanner } from './scan.ts';
import type { ScannedRecord } from './scanned-record.ts';
import {
  Blocks,
  bomText,
  decodeText,
  LosslessReader,
  possibleReadings,
  type Sniffed,
  sniffEncoding,
  Utf8Watch,
} from './text-encoding.ts';

const PREVIEW_ROWS = 5;
const MAX_WARNINGS = 100;
/** More are not told apart: nobody reads such a number closely. */
const MAX_HOSTS = 10_000;

/** What is known once the first block has been seen. */
interface Opened {
  sniffed: Sniffed;
  reader: LosslessReader;
  dialect: Dialect;
  scanner: RecordScanner;
}

/** Takes a file in chunks of any size; `end` gives the verdict. Memory is constant. One checker, one file. */
export class CsvChecker {
  readonly #names: ColumnNames;
  readonly #limits: CsvLimits;
  readonly #problems: ProblemList;
  readonly #blocks = new Blocks();
  readonly #utf8 = new Utf8Watch();
  #opened: Opened | null = null;
  /** Nothing more is read: what follows would only repeat one problem. */
  #stopped = false;
  #sepLine = false;
  /** The header's cells as lossless text, once it has been seen. */
  #header: string[] | null = null;
  #layout: Layout | null = null;
  #rows = 0;
  #images = 0;
  readonly #hosts = new Set<string>();
  readonly #warnings: CsvWarning[] = [];
  readonly #preview: CsvPreviewRow[] = [];

  constructor(names: ColumnNames, limits: CsvLimits) {
    this.#names = names;
    this.#limits = limits;
    this.#problems = new ProblemList(limits.maxProblems);
  }

  push(chunk: Buffer): void {
    for (const block of this.#blocks.push(chunk)) this.#block(block);
  }

  end(): CsvCheck {
    for (const block of this.#blocks.end()) this.#block(block);
    if (!this.#stopped) this.#close();
    const sniffed = this.#opened?.sniffed ?? sniffEncoding(Buffer.alloc(0));
    const eightBit = sniffed.bom || this.#utf8.valid ? 'utf-8' : 'windows-1252';
    const encoding = sniffed.encoding === '8-bit' ? eightBit : sniffed.encoding;
    const decode = (lossless: string) => decodeText(lossless, encoding);
    const dialect = this.#opened?.dialect;
    const shape: CsvShape | null =
      this.#layout && dialect ? { ...this.#layout, ...dialect, encoding, bom: sniffed.bom } : null;
    return {
      shape,
      products: this.#rows,
      images: this.#images,
      hosts: this.#hosts.size,
      header: (this.#header ?? []).map((cell) => decode(cell).trim()),
      problems: this.#problems.list(decode),
      warnings: this.#warnings,
      preview: this.#preview.map((row) => ({
        ...row,
        name: decode(row.name).trim(),
        urls: row.urls.map(decode),
      })),
    };
  }

  #block(block: Buffer): void {
    if (this.#stopped) return;
    const sniffed = this.#opened?.sniffed ?? sniffEncoding(block);
    if (sniffed.binary !== null) {
      this.#stop({ line: null, code: 'not_text', message: () => `This is ${sniffed.binary}` });
      return;
    }
    const reader = this.#opened?.reader ?? new LosslessReader(sniffed.encoding);
    if (sniffed.encoding === '8-bit') this.#utf8.see(block);
    let text = reader.read(block);
    if (this.#opened === null) {
      if (sniffed.bom) text = text.slice(bomText(sniffed.encoding).length);
      const dialect = detectDialect(text, this.#names, (cell) => possibleReadings(cell, sniffed.encoding));
      const scanner = new RecordScanner({ delimiter: dialect.delimiter, maxCell: this.#limits.maxCell });
      this.#opened = { sniffed, reader, dialect, scanner };
    }
    const { scanner } = this.#opened;
    const nul = text.indexOf('\0');
    scanner.push(nul < 0 ? text : text.slice(0, nul), this.#take);
    if (this.#stopped) return;
    if (nul >= 0) {
      const message = () => 'There is a NUL character: this is no text file, or its encoding is not known';
      this.#stop({ line: scanner.line, code: 'not_text', message });
    }
  }

  #close(): void {
    const { reader, scanner } = this.#opened ?? {};
    scanner?.end(this.#take);
    if (reader?.cutOff && scanner) {
      const message = () => 'The file ends within a UTF-16 character: it is not complete';
      this.#problems.add({ line: scanner.line, code: 'invalid_encoding', message });
    }
    if (this.#stopped) return;
    if (this.#header === null) {
      this.#problems.add({ line: null, code: 'empty_file', message: () => 'The file is empty' });
    } else if (this.#rows === 0) {
      this.#problems.add({ line: null, code: 'no_rows', message: () => 'There is no row below the header' });
    }
  }

  #stop(problem: Draft): void {
    this.#problems.add(problem);
    this.#stopped = true;
  }

  readonly #take = (record: ScannedRecord): void => {
    if (this.#stopped) return;
    if (this.#opened?.dialect.sep_line && !this.#sepLine) this.#sepLine = true;
    else if (record.problem) this.#broken(record);
    else if (this.#header === null) this.#readHeader(record);
    else if (this.#layout) this.#row(record, this.#layout);
    else if (!record.blank) this.#rows++;
  };

  #broken({ problem }: ScannedRecord): void {
    if (!problem) return;
    const row = this.#header === null ? null : ++this.#rows;
    const column = this.#header?.[problem.cell];
    this.#header ??= [];
    const longest = `${this.#limits.maxCell} characters`;
    const message = {
      unclosed_quote: `A quote opens here and is not closed (a cell may have ${longest})`,
      stray_quote: 'There is text behind a closing quote; a quote inside a quoted cell is written twice ("")',
      cell_too_long: `A cell is longer than ${longest}, or its row than four times as many`,
    }[problem.code];
    this.#problems.add({ line: problem.line, row, column, code: problem.code, message: () => message });
  }

  #readHeader(record: ScannedRecord): void {
    if (record.blank || !this.#opened) return;
    const { sniffed, dialect } = this.#opened;
    if (record.ends.length > MAX_COLUMNS) {
      const message = () => `The header has more than ${MAX_COLUMNS} cells`;
      this.#stop({ line: record.line, code: 'too_many_cells', message });
      return;
    }
    const header = record.cells();
    this.#header = header;
    const readings = header.map((cell) => possibleReadings(cell, sniffed.encoding));
    const { columns, problems } = matchColumns(readings, this.#names);
    for (const { code, column, message } of problems) {
      this.#problems.add({ line: record.line, code, columnName: column, message: () => message });
    }
    if (columns) this.#layout = { delimiter: dialect.delimiter, column_count: header.length, columns };
  }

  #row(record: ScannedRecord, layout: Layout): void {
    const data = readRow(record, layout);
    if (data === null) return;
    if (this.#rows === this.#limits.maxRows) {
      const message = () => `The file has more than ${this.#limits.maxRows} rows`;
      this.#stop({ line: record.line, code: 'too_many_rows', message });
      return;
    }
    this.#rows++;
    this.#images += data.texts.length;
    for (const url of data.texts) if (this.#hosts.size < MAX_HOSTS) this.#hosts.add(hostIn(url));
    if (this.#rows <= PREVIEW_ROWS) {
      this.#preview.push({ row: this.#rows, name: data.name, urls: data.texts });
    }
    const { line } = record;
    const encoding = this.#opened?.sniffed.encoding ?? '8-bit';
    const drafts = judgeRow(data, { layout, header: this.#header ?? [], encoding, limits: this.#limits });
    for (const draft of drafts) this.#problems.add({ line, row: this.#rows, ...draft });
    for (const warning of warningsOf(data)) {
      if (this.#warnings.length < MAX_WARNINGS) this.#warnings.push({ line, row: this.#rows, ...warning });
    }
  }
}

/** Close enough to count by, at a fraction of what parsing each URL would cost. */
function hostIn(url: string): string {
  const start = url.indexOf('//') + 2;
  const end = url.indexOf('/', start);
  return url.slice(start, end < 0 ? undefined : end).toLowerCase();
}
