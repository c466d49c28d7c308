// How a file separates its cells, read off its first records.
import { type ColumnNames, matchColumns } from './columns.ts';
import { RecordScanner } from './scan.ts';
import type { ScannedRecord } from './scanned-record.ts';

export interface Dialect {
  delimiter: string;
  /** Whether the first line is Excel's `sep=;`, which names the delimiter and is no data. */
  sep_line: boolean;
}

/** As many as Excel has. */
export const MAX_COLUMNS = 16_384;

const SEP_LINE = /^"?sep=([^\w\s"]|\t)"?(?=[\r\n]|$)/i;

/**
 * Decides the delimiter from the start of a file (lossless text behind the BOM): a `sep=` line says it, otherwise it is
 * the one of `,` `;` tab under which the header shows most of the columns that are looked for, then the most cells.
 * `read` gives the possible readings of a cell.
 */
export function detectDialect(head: string, wanted: ColumnNames, read: (cell: string) => string[]): Dialect {
  const named = SEP_LINE.exec(head)?.[1];
  if (named !== undefined) return { delimiter: named, sep_line: true };
  const scored = [',', ';', '\t'].map((delimiter) => {
    const header = firstRecord(head, delimiter);
    const count = header?.ends.length ?? 0;
    const cells = header && count <= MAX_COLUMNS ? header.cells() : [];
    const { found } = matchColumns(cells.map(read), wanted);
    // A single cell says nothing: every line has one under a delimiter that it does not contain.
    return { delimiter, score: found * head.length + (count > 1 ? count : 0) };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return { delimiter: best.delimiter, sep_line: false };
}

function firstRecord(head: string, delimiter: string): ScannedRecord | undefined {
  const scanner = new RecordScanner({ delimiter, maxCell: head.length });
  let first: ScannedRecord | undefined;
  const take = (record: ScannedRecord) => {
    if (first === undefined && !record.blank) first = record;
  };
  scanner.push(head, take);
  scanner.end(take);
  return first;
}
