// Pass 1 over an upload: finds every problem, counts products and images, and decides the file's shape once.
import type { CsvProblem, CsvProblemCode } from '../errors.ts';
import type { Assumed, PreviewRow, TableCheck, TableLimits, TableWarning } from './check-types.ts';
import { HostCounter } from './host-counter.ts';
import { brokenBy, invalidUrls, lenientProblemsOf, problemsOf, shown, warningsOf } from './judge-row.ts';
import { columnProblems, HEAD_BYTES, type OpenedTable, openTable } from './open-table.ts';
import { ProblemList, WarningList } from './problem-list.ts';
import { readAgain } from './read-again.ts';
import { type Row, readRow } from './row.ts';
import type { TableShape } from './shape.ts';
import { NO_OPTIONS, type TableOptions } from './table-options.ts';
import { Blocks } from './text/bytes.ts';
import { EncodingWatch } from './text/encoding-watch.ts';
import { headCells, MAX_COLUMNS } from './text/head.ts';
import { LateRows } from './text/late-rows.ts';
import { RecordScanner } from './text/scan.ts';
import type { ScannedRecord, ScanProblem } from './text/scanned-record.ts';
import { ThumbnailCounter } from './thumbnails.ts';

const PREVIEW_ROWS = 5;
const PREVIEW_COLUMNS = 60;
const MAX_WARNINGS = 100;
const NOWHERE = { line: null, row: null, spreadsheet_row: null, column: null };

export interface CheckerOptions {
  options?: Partial<TableOptions>;
  limits: TableLimits;
  /** What an earlier reading of the same file came to. */
  assumed?: Assumed | null;
}

/** Takes a file in chunks of any size; `end` gives the verdict. Memory is constant. One checker, one file. */
export class TableChecker {
  readonly #options: TableOptions;
  readonly #limits: TableLimits;
  readonly #assumed: Assumed | null;
  readonly #problems: ProblemList;
  readonly #warnings = new WarningList<TableWarning>(MAX_WARNINGS);
  readonly #blocks = new Blocks({ first: HEAD_BYTES });
  readonly #watch = new EncodingWatch();
  readonly #late = new LateRows();
  readonly #hosts = new HostCounter();
  readonly #thumbnails = new ThumbnailCounter();
  #opened: (OpenedTable & { scanner: RecordScanner }) | null = null;
  /** Nothing more is read: what follows would only repeat one problem. */
  #stopped = false;
  #sepLine = false;
  /** A quote stood where none may be; in the first record. */
  #brokenQuotes = false;
  #headerBroken = false;
  #record = 0;
  readonly #rows = { total: 0, passed_through: 0, with_problems: 0 };
  #products = 0;
  #images = 0;
  readonly #preview: PreviewRow[] = [];

  constructor({ options, limits, assumed = null }: CheckerOptions) {
    this.#options = { ...NO_OPTIONS, ...options };
    this.#limits = limits;
    this.#assumed = assumed;
    this.#problems = new ProblemList(limits.maxProblems);
  }

  push(chunk: Buffer): void {
    for (const block of this.#blocks.push(chunk)) this.#block(block, false);
  }

  end(): TableCheck {
    for (const block of this.#blocks.end()) this.#block(block, true);
    if (!this.#stopped) this.#close();
    const opened = this.#opened;
    const whole = this.#stopped ? null : opened;
    const seen = { watch: this.#watch, late: this.#late, brokenQuotes: this.#brokenQuotes };
    const again = whole && !this.#assumed ? readAgain(whole, seen) : null;
    const columns = whole && !this.#headerBroken ? columnProblems(whole) : [];
    const shape = opened?.shape ?? null;
    return {
      shape,
      products: this.#products,
      images: this.#images,
      hosts: this.#hosts.size,
      header: [...(opened?.header ?? [])],
      rows: this.#rows,
      problems: [...columns, ...this.#problems.list()],
      warnings: this.#warnings.list,
      warning_counts: this.#warnings.counts,
      candidates: opened?.recognised.candidates ?? [],
      preview: this.#preview,
      again,
    };
  }

  #block(block: Buffer, complete: boolean): void {
    if (this.#stopped) return;
    const text = this.#opened ? this.#opened.reader.read(block) : this.#open(block, complete);
    if (!this.#opened) return;
    const { scanner } = this.#opened;
    this.#watch.block(text);
    const nul = text.indexOf('\0');
    scanner.push(nul < 0 ? text : text.slice(0, nul), this.#take);
    if (nul >= 0 && !this.#stopped) {
      const message = 'There is a NUL character: this is no text file, or its encoding is not known';
      this.#stop({ line: scanner.line, code: 'not_text', message });
    }
  }

  #open(block: Buffer, complete: boolean): string {
    const opened = openTable(block, { complete, options: this.#options, assumed: this.#assumed });
    if ('refusal' in opened) {
      this.#stop({ line: null, code: 'not_text', message: opened.refusal });
      return '';
    }
    const { dialect, recognised, head, text } = opened;
    this.#opened = { ...opened, scanner: new RecordScanner({ ...dialect, maxCell: this.#limits.maxCell }) };
    this.#sepLine = dialect.sep_line;
    if (head.rows.some(({ cells }) => cells.length === MAX_COLUMNS)) {
      const message = `There is a row with ${MAX_COLUMNS.toLocaleString('en')} cells or more`;
      this.#stop({ line: head.lines[0] ?? null, code: 'too_many_cells', message });
    }
    for (const { code, message } of recognised.warnings) this.#warnings.add({ ...NOWHERE, code, message });
    this.#late.begin(head.rows);
    return text;
  }

  #close(): void {
    const { reader, scanner, shape } = this.#opened ?? {};
    scanner?.end(this.#take);
    if (reader?.cutOff && scanner) {
      const message = 'The file ends within a UTF-16 character: it is not complete';
      this.#add({ line: scanner.line, code: 'invalid_encoding', message });
    }
    if (this.#stopped) return;
    const odd = this.#opened?.encodingIsGuess ? this.#watch.odd : null;
    if (odd) {
      const rows = odd.records === 1 ? 'this row' : `this row and ${odd.records - 1} more`;
      const message = `The bytes of ${rows} are not in the encoding of the others; they were read as ${odd.encoding}. The option encoding names one for all`;
      this.#warnings.add({ ...NOWHERE, line: odd.line, code: 'mixed_encoding', message });
    }
    const { warning, count } = this.#thumbnails;
    if (warning !== null) this.#warnings.add({ ...NOWHERE, ...warning }, count);
    if (this.#record === 0 || (this.#opened?.head.rows.length === 0 && this.#rows.total === 0)) {
      if (this.#problems.empty) this.#add({ line: null, code: 'empty_file', message: 'The file is empty' });
    } else if (shape && this.#rows.total === 0) {
      this.#add({ line: null, code: 'no_rows', message: 'There is no row below the header' });
    } else if (shape && this.#images === 0 && this.#problems.empty) {
      const columns = shape.columns.urls.map(({ index }) => `"${this.#titleOf(index)}"`).join(', ');
      const message = `No row has a picture: ${columns} hold no web address (url_column names other columns)`;
      this.#add({ line: null, code: 'no_url', message });
    }
  }

  #add(problem: Pick<CsvProblem, 'line' | 'code' | 'message'> & Partial<CsvProblem>): void {
    this.#problems.add({ ...NOWHERE, ...problem });
  }

  #stop(problem: { line: number | null; code: CsvProblemCode; message: string }): void {
    this.#add(problem);
    this.#stopped = true;
  }

  readonly #take = (record: ScannedRecord): void => {
    const opened = this.#opened;
    if (this.#stopped || !opened) return;
    if (this.#sepLine) {
      this.#sepLine = false;
      return;
    }
    this.#record++;
    if (opened.encodingIsGuess) this.#watch.record(() => record.raw, record.line);
    const { shape } = opened;
    if (record.problem && this.#isBroken(record, record.problem, shape)) return;
    if (!shape) {
      if (!record.blank) this.#late.see(this.#record, record.raw, () => headCells(record, opened.encoding));
      return;
    }
    if (this.#record >= shape.first_row && this.#record !== shape.header_row) this.#row(record, shape);
  };

  /** Whether a record cannot be read. A quote in the midst of a cell can, where odd rows are taken as they are. */
  #isBroken(record: ScannedRecord, problem: ScanProblem, shape: TableShape | null): boolean {
    this.#brokenQuotes ||= problem.code !== 'cell_too_long';
    this.#headerBroken ||= this.#record === 1;
    const at = { line: problem.line, spreadsheet_row: this.#record, column: this.#titleOf(problem.cell) };
    if (problem.code === 'stray_quote' && shape?.rows === 'lenient') {
      const message = 'There is text behind a closing quote; the cell was taken as it stands';
      this.#warnings.add({ ...at, row: this.#rowNumber(record, shape), code: 'stray_quote', message });
      return false;
    }
    const isRow = shape !== null && this.#record >= shape.first_row;
    if (isRow) {
      this.#rows.total++;
      this.#rows.with_problems++;
    }
    const { code } = problem;
    this.#add({ ...at, row: isRow ? this.#rows.total : null, code, message: brokenBy(code, this.#limits) });
    return true;
  }

  #rowNumber(record: ScannedRecord, { first_row }: TableShape): number | null {
    return record.blank || this.#record < first_row ? null : this.#rows.total + 1;
  }

  #row(record: ScannedRecord, shape: TableShape): void {
    const row = readRow(record, shape);
    if (row === null) return;
    if (this.#rows.total === this.#limits.maxRows) {
      const message = `The file has more than ${this.#limits.maxRows} rows`;
      this.#stop({ line: record.line, code: 'too_many_rows', message });
      return;
    }
    this.#rows.total++;
    this.#images += row.urls;
    if (row.urls > 0) this.#products++;
    else if (shape.rows === 'lenient') this.#rows.passed_through++;
    for (const { urls } of row.cells)
      for (const { url, problem } of urls) {
        if (problem !== null) continue;
        this.#hosts.see(url);
        this.#thumbnails.see(url);
      }
    if (row.urls > 0 && this.#preview.length < PREVIEW_ROWS) this.#preview.push(this.#previewOf(record, row));
    this.#judge(record, row, shape);
  }

  #judge({ line }: ScannedRecord, row: Row, shape: TableShape): void {
    const context = { shape, titleOf: (index: number) => this.#titleOf(index) ?? '', limits: this.#limits };
    const strict = shape.rows === 'strict';
    const problems = strict ? problemsOf(row, context) : lenientProblemsOf(row, context);
    const invalid = strict ? [] : invalidUrls(row, context);
    const odd = invalid.concat(warningsOf(row, context));
    if (problems.length + odd.length === 0) return;
    if (problems.length + invalid.length > 0) this.#rows.with_problems++;
    const name = row.name === '' ? null : { product_name: shown(row.name) };
    const at = { line, row: this.#rows.total, spreadsheet_row: this.#record, ...name };
    for (const { code, ...found } of problems)
      this.#problems.add({ ...at, ...found, code: code as CsvProblemCode });
    for (const found of odd) this.#warnings.add({ ...at, ...found });
  }

  #previewOf(record: ScannedRecord, row: Row): PreviewRow {
    return {
      row: this.#rows.total,
      spreadsheet_row: this.#record,
      name: row.name,
      urls: row.cells.flatMap(({ urls }) => urls.map(({ url }) => url)),
      cells: headCells(record, this.#opened!.encoding).slice(0, PREVIEW_COLUMNS).map(shown),
    };
  }

  #titleOf(index: number): string | null {
    const title = this.#opened?.header[index];
    return title === undefined || title === '' ? (index < 0 ? null : `Column ${index + 1}`) : title;
  }
}
