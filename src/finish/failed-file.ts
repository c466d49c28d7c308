// The failed file: the rows with failed images, in the input's own columns and dialect, ready to be uploaded again.
import { errorHeader } from '../table/carried-options.ts';
import {
  encodeText,
  type RowCell,
  type TableOptions,
  type TableRecord,
  type TableRow,
  type TableShape,
  toBytes,
} from '../table/table.ts';
import { decodeText } from '../table/text/encodings.ts';
import { appendPoint, cellStart, harmlessText, quoteCell, withCells } from './cells.ts';

/** Why an image failed, for the `Error` cell. */
export interface Failure {
  code: string;
  message: string;
  /** Where it was looked for: another URL than the cell's when that was mended. */
  url: string;
}

type Failures = readonly (Failure | null)[];

/**
 * One record of the failed file, in the input's encoding; null when it has no place there: blank records, and rows without
 * failures. `failures[n - 1]` is why position n failed, null when it did not. In a row each URL cell is replaced by the
 * failed URLs alone, as they were tried last, and the `Error` cell says `code: message` for each of them; all other cells are as they came. An
 * `Error` column that already ends the header is from an earlier round: its cells are replaced. `options` are the
 * uploader's: those without which the columns would not be found again are carried in the header.
 */
export function failedRecord(
  shape: TableShape,
  record: TableRecord,
  { failures, options }: { failures: Failures; options: TableOptions },
): Buffer | null {
  if (record.kind === 'preamble') return toBytes(record.raw, shape.encoding);
  if (record.kind === 'blank') return null;
  if (record.kind === 'data') {
    if (failures.every((failure) => failure === null)) return null;
    return toBytes(failedRow(shape, record, failures), shape.encoding);
  }
  if (shape.columns.error !== null) return toBytes(record.raw, shape.encoding);
  const { at, delimiters } = appendPoint(record, shape);
  const title = quoteCell(encodeText(errorHeader(options), shape.encoding), shape);
  return toBytes(record.raw.slice(0, at) + delimiters + title + record.raw.slice(at), shape.encoding);
}

function failedRow(shape: TableShape, record: TableRow, failures: Failures): string {
  const { error, urls } = shape.columns;
  const text = failures
    .flatMap((failure) => (failure ? [`${failure.code}: ${failure.message.replace(/\s+/g, ' ')}`] : []))
    .join('; ');
  const reasons = quoteCell(encodeText(harmlessText(text), shape.encoding), shape);
  const cells = new Map<number, string>();
  let from = 0;
  let spilledFrom: number | null = null;
  for (const cell of record.cells) {
    const failed = failures.slice(from, from + cell.urls.length);
    from += cell.urls.length;
    const { index } = urls[cell.column]!;
    if (cell.joined > 0) spilledFrom = index;
    const asItCame = cell.urls.every(({ url }, n) => failed[n]?.url === url);
    if (cell.joined > 0 || !asItCame) cells.set(index, onlyFailed(shape, cell, failed));
  }
  if (error !== null) return withCells(record, shape, cells.set(error, reasons));
  const lastEnd = record.ends.at(-1)!;
  if (spilledFrom !== null) {
    // A list that spilled over the header is put back into its one cell.
    const head = record.raw.slice(0, cellStart(record, spilledFrom)) + cells.get(spilledFrom)!;
    return head + shape.delimiter + reasons + record.raw.slice(lastEnd);
  }
  const { at, delimiters } = appendPoint(record, shape);
  const added = { ...record, raw: record.raw.slice(0, at) + delimiters + reasons + record.raw.slice(at) };
  return withCells(added, shape, cells);
}

/** What is left of a cell of which some images are good or mended: the failed URLs as they were written, as a plain list. */
function onlyFailed(shape: TableShape, cell: RowCell, failed: Failures): string {
  const texts = cell.urls.flatMap(({ url, start, end }, n) => {
    const failure = failed[n];
    if (!failure) return [];
    return failure.url === url ? cell.text.slice(start, end) : writable(failure.url, shape);
  });
  return quoteCell(encodeText(texts.join(cell.separator), shape.encoding), shape);
}

/** A URL that an old encoding has no character for is written with escapes, which mean the same. */
function writable(url: string, { encoding }: TableShape): string {
  const kept = decodeText(encodeText(url, encoding), encoding) === url;
  return kept
    ? url
    : url.replace(/[^\0-\x7f]+/g, (text) => Buffer.from(text).toString('hex').replace(/../g, '%$&'));
}
