// Any table, as the other parts see it: check a file (pass 1), then read its records by the shape that came out of it
// (pass 2, and once more to write the results). The writers are in finish/.
import { TableChecker } from './check.ts';
import { type Assumed, TABLE_LIMITS, type TableLimits } from './check-types.ts';
import { type RowCell, readRow } from './row.ts';
import { FIRST_RECORD, type TableShape } from './shape.ts';
import type { TableOptions } from './table-options.ts';
import { Blocks, bomText, LosslessReader } from './text/bytes.ts';
import { decodeText } from './text/encodings.ts';
import { RecordScanner } from './text/scan.ts';
import type { ScannedRecord } from './text/scanned-record.ts';

export type { Assumed, TableCheck, TableLimits } from './check-types.ts';
export type { RowCell } from './row.ts';
export type { TableShape } from './shape.ts';
export type { TableOptions } from './table-options.ts';
export { encodeText, toBytes } from './text/encodings.ts';

/** A stretch of the file. All records' `raw` in their order are the file (see `toBytes`). */
interface RecordBase {
  /** Physical line it starts on, 1-based. */
  line: number;
  /** Lossless text, line end included. */
  raw: string;
  /** Where each cell ends in `raw`; the next one begins one delimiter later. */
  ends: readonly number[];
}

/**
 * `preamble`: the BOM and the `sep=` line (each a record of its own), and what stands above the data besides the header.
 * `blank`: records without content. All of these stay as they are.
 */
export interface TableLine extends RecordBase {
  kind: 'preamble' | 'header' | 'blank';
}

export interface TableRow extends RecordBase {
  kind: 'data';
  /** 1-based; blank records are not counted. */
  row: number;
  /** Without white space around it. */
  name: string;
  /** As its own column gives it; null when the file has none. */
  serial: string | null;
  /** The cells with URLs. Position n is the n-th URL of all of them in their order. */
  cells: readonly RowCell[];
}

export type TableRecord = TableLine | TableRow;

/** The URLs of a row; position n is `urlsOf(row)[n - 1]`. */
export const urlsOf = ({ cells }: Pick<TableRow, 'cells'>): string[] =>
  cells.flatMap(({ urls }) => urls.map(({ url }) => url));

export interface CheckOptions {
  options?: Partial<TableOptions>;
  /** Over `TABLE_LIMITS`. */
  limits?: Partial<TableLimits>;
  assumed?: Assumed | null;
}

/** Starts pass 1: `push` the file's chunks, of any size, then `end` once. Never throws over what is in the file. */
export function createTableChecker({ limits, ...options }: CheckOptions = {}): TableChecker {
  return new TableChecker({ ...options, limits: { ...TABLE_LIMITS, ...limits } });
}

/**
 * Reads the records of a file that was checked, in batches of at least 64 KiB of the file (`blockBytes`), never empty.
 * Memory is one batch and one record.
 * @throws Error when a record is broken, so the bytes are not those that were checked; and whatever `source` throws.
 */
export async function* readRecords(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  shape: TableShape,
  blockBytes?: number,
): AsyncGenerator<TableRecord[]> {
  const blocks = new Blocks({ min: blockBytes });
  const reader = new RecordReader(shape);
  for await (const chunk of source) {
    for (const block of blocks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) {
      const records = reader.read(block);
      if (records.length > 0) yield records;
    }
  }
  const last = [...blocks.end()].flatMap((block) => reader.read(block)).concat(reader.end());
  if (last.length > 0) yield last;
}

/** Blocks in, records out; keeps the row count and where in the file it is. */
class RecordReader {
  readonly #shape: TableShape;
  readonly #reader: LosslessReader;
  readonly #scanner: RecordScanner;
  /** Chars of the BOM still to come. */
  #bom: number;
  #sepLine: boolean;
  #headerSeen = false;
  #record = 0;
  #rows = 0;

  constructor(shape: TableShape) {
    this.#shape = shape;
    this.#reader = new LosslessReader(shape.encoding);
    // The check has refused longer cells, under limits that may have been others then.
    this.#scanner = new RecordScanner({ ...shape, maxCell: Number.MAX_SAFE_INTEGER });
    this.#bom = shape.bom ? bomText(shape.encoding).length : 0;
    this.#sepLine = shape.sep_line;
  }

  read(block: Buffer): TableRecord[] {
    const text = this.#reader.read(block);
    const bom = text.slice(0, this.#bom);
    this.#bom -= bom.length;
    const records: TableRecord[] = [];
    // A BOM that a block border cuts comes as several records, which are as good as one.
    if (bom !== '') records.push({ kind: 'preamble', line: 1, raw: bom, ends: [bom.length] });
    this.#scanner.push(text.slice(bom.length), (record) => records.push(this.#read(record)));
    return records;
  }

  end(): TableRecord[] {
    const records: TableRecord[] = [];
    this.#scanner.end((record) => records.push(this.#read(record)));
    return records;
  }

  #read(record: ScannedRecord): TableRecord {
    const { line, raw, ends, problem } = record;
    const base = { line, raw, ends };
    if (this.#sepLine) {
      this.#sepLine = false;
      return { kind: 'preamble', ...base };
    }
    this.#record++;
    const { rows, columns, encoding } = this.#shape;
    if (problem && !(rows === 'lenient' && problem.code === 'stray_quote'))
      throw new Error(`Line ${line}: the file is not the one that was checked`);
    const place = this.#place(record);
    if (place !== 'data') return { kind: place, ...base };
    const row = readRow(record, this.#shape);
    if (row === null) return { kind: 'blank', ...base };
    const { serial } = columns;
    return {
      kind: 'data',
      ...base,
      row: ++this.#rows,
      name: row.name,
      serial: serial === null ? null : decodeText(record.cell(serial), encoding).trim(),
      cells: row.cells,
    };
  }

  /** Where in the table a record stands. */
  #place(record: ScannedRecord): 'preamble' | 'header' | 'blank' | 'data' {
    const { header_row, first_row } = this.#shape;
    if (header_row === FIRST_RECORD) {
      if (this.#headerSeen) return 'data';
      if (record.blank) return 'blank';
      this.#headerSeen = true;
      return 'header';
    }
    if (this.#record === header_row) return 'header';
    if (this.#record >= first_row) return 'data';
    return record.blank ? 'blank' : 'preamble';
  }
}
