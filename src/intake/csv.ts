// The exact CSV, as the other parts see it: check a file (pass 1), then read its records by the shape that came out of
// it (pass 2, and once more to write the results). The writers are in finish/.
import { CsvChecker } from './check.ts';
import { CSV_LIMITS, type CsvLimits, type CsvShape } from './check-types.ts';
import type { ColumnNames } from './columns.ts';
import { readRow } from './row.ts';
import { RecordScanner } from './scan.ts';
import type { ScannedRecord } from './scanned-record.ts';
import { Blocks, bomText, decodeText, LosslessReader } from './text-encoding.ts';

export type { CsvCheck, CsvLimits, CsvShape } from './check-types.ts';
export type { ColumnNames } from './columns.ts';
export { encodeText, toBytes } from './text-encoding.ts';

/** A stretch of the file. All records' `raw` in their order are the file (see `toBytes`). */
interface CsvRecordBase {
  /** Physical line it starts on, 1-based. */
  line: number;
  /** Lossless text, line end included. */
  raw: string;
  /** Where each cell ends in `raw`; the next one begins one delimiter later. */
  ends: readonly number[];
}

/** The BOM and the `sep=` line (`preamble`, each a record of its own), the header, and records without content. */
export interface CsvLine extends CsvRecordBase {
  kind: 'preamble' | 'header' | 'blank';
}

export interface CsvRow extends CsvRecordBase {
  kind: 'data';
  /** 1-based; blank records are not counted. */
  row: number;
  /** Without white space around it. */
  name: string;
  /** As written; position n is `urls[n - 1]`. */
  urls: string[];
  /** The same as lossless text. */
  rawUrls: string[];
  /** What stands between the cell's first two URLs; `,` when in doubt. */
  separator: string;
}

export type CsvRecord = CsvLine | CsvRow;

export interface CsvCheckOptions {
  /** What the user calls the columns, when the file does not use the contract's names. */
  columns?: ColumnNames;
  /** Over `CSV_LIMITS`. */
  limits?: Partial<CsvLimits>;
}

/** Starts pass 1: `push` the file's chunks, of any size, then `end` once. Never throws over what is in the file. */
export function createCsvChecker(options: CsvCheckOptions = {}): CsvChecker {
  return new CsvChecker(options.columns ?? {}, { ...CSV_LIMITS, ...options.limits });
}

/**
 * Reads the records of a file that was checked, in batches of at least 64 KiB of the file (`blockBytes`), never empty.
 * Memory is one batch and one record.
 * @throws Error when a record is broken, so the bytes are not those that were checked; and whatever `source` throws.
 */
export async function* readRecords(
  source: AsyncIterable<Uint8Array>,
  shape: CsvShape,
  blockBytes?: number,
): AsyncGenerator<CsvRecord[]> {
  const blocks = new Blocks(blockBytes);
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
  readonly #shape: CsvShape;
  readonly #reader: LosslessReader;
  readonly #scanner: RecordScanner;
  /** Chars of the BOM still to come. */
  #bom: number;
  #expect: 'sep line' | 'header' | 'rows';
  #rows = 0;

  constructor(shape: CsvShape) {
    this.#shape = shape;
    this.#reader = new LosslessReader(shape.encoding);
    // The check has refused longer cells, under limits that may have been others then.
    this.#scanner = new RecordScanner({ delimiter: shape.delimiter, maxCell: Number.MAX_SAFE_INTEGER });
    this.#bom = shape.bom ? bomText(shape.encoding).length : 0;
    this.#expect = shape.sep_line ? 'sep line' : 'header';
  }

  read(block: Buffer): CsvRecord[] {
    const text = this.#reader.read(block);
    const bom = text.slice(0, this.#bom);
    this.#bom -= bom.length;
    const records: CsvRecord[] = [];
    // A BOM that a block border cuts comes as several records, which are as good as one.
    if (bom !== '') records.push({ kind: 'preamble', line: 1, raw: bom, ends: [bom.length] });
    this.#scanner.push(text.slice(bom.length), (record) => records.push(this.#record(record)));
    return records;
  }

  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    this.#scanner.end((record) => records.push(this.#record(record)));
    return records;
  }

  #record(record: ScannedRecord): CsvRecord {
    if (record.problem) throw new Error(`Line ${record.line}: the CSV is not the one that was checked`);
    const { line, raw, ends } = record;
    if (this.#expect === 'sep line') {
      this.#expect = 'header';
      return { kind: 'preamble', line, raw, ends };
    }
    if (this.#expect === 'header') {
      if (record.blank) return { kind: 'blank', line, raw, ends };
      this.#expect = 'rows';
      return { kind: 'header', line, raw, ends };
    }
    const data = readRow(record, this.#shape);
    if (data === null) return { kind: 'blank', line, raw, ends };
    const decode = (lossless: string) => decodeText(lossless, this.#shape.encoding);
    const { texts: rawUrls, separator } = data;
    const name = decode(data.name).trim();
    return {
      kind: 'data',
      line,
      raw,
      ends,
      row: ++this.#rows,
      name,
      urls: rawUrls.map(decode),
      rawUrls,
      separator,
    };
  }
}
