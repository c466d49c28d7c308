// failed.csv: the rows with failed images, in the input's own columns and dialect, ready to be uploaded again.
import { type CsvRecord, type CsvRow, type CsvShape, encodeText, toBytes } from '../intake/csv.ts';
import { appendPoint, cellStart, harmlessText, quoteCell } from './cells.ts';

/** Why an image failed, for the `Error` cell. */
export interface Failure {
  code: string;
  message: string;
}

/** The check finds an `Error` column of an earlier round by this very name. */
const ERROR_COLUMN = 'Error';

/**
 * One record of failed.csv, in the input's encoding; null when it has no place there: blank records, and rows without
 * failures. `failures[n - 1]` is why position n failed, null when it did not. In a row the URL cell is replaced by the
 * failed URLs alone, and the `Error` cell says `code: message` for each of them; all other cells are as they came. An
 * `Error` column that already ends the header is from an earlier round: its cells are replaced.
 */
export function failedRecord(
  shape: CsvShape,
  record: CsvRecord,
  failures: readonly (Failure | null)[],
): Buffer | null {
  if (record.kind === 'preamble') return toBytes(record.raw, shape.encoding);
  if (record.kind === 'blank') return null;
  if (record.kind === 'data') {
    if (failures.every((failure) => failure === null)) return null;
    return toBytes(failedRow(shape, record, failures), shape.encoding);
  }
  if (shape.columns.error !== null) return toBytes(record.raw, shape.encoding);
  const { at, delimiters } = appendPoint(record, shape);
  const header = record.raw.slice(0, at) + delimiters + ERROR_COLUMN + record.raw.slice(at);
  return toBytes(header, shape.encoding);
}

function failedRow(shape: CsvShape, record: CsvRow, failures: readonly (Failure | null)[]): string {
  const { raw, ends } = record;
  const { error, url } = shape.columns;
  const cell = (text: string) => quoteCell(text, shape.delimiter);
  const urls = cell(record.rawUrls.filter((_, index) => failures[index]).join(record.separator));
  const text = failures
    .flatMap((failure) => (failure ? [`${failure.code}: ${failure.message.replace(/\s+/g, ' ')}`] : []))
    .join('; ');
  const reasons = cell(encodeText(harmlessText(text), shape.encoding));

  const lastEnd = ends.at(-1)!;
  // A list that spilled over the header is put back into its one cell.
  const spilled = url === shape.column_count - 1;
  const urlEnd = spilled ? lastEnd : ends[url]!;
  const head = raw.slice(0, cellStart(record, url)) + urls;
  if (spilled) return head + shape.delimiter + reasons + raw.slice(lastEnd);
  if (error === null) {
    const { at, delimiters } = appendPoint(record, shape);
    return head + raw.slice(urlEnd, at) + delimiters + reasons + raw.slice(at);
  }
  if (error < ends.length) {
    return head + raw.slice(urlEnd, cellStart(record, error)) + reasons + raw.slice(ends[error]!);
  }
  const delimiters = shape.delimiter.repeat(error - ends.length + 1);
  return head + raw.slice(urlEnd, lastEnd) + delimiters + reasons + raw.slice(lastEnd);
}
