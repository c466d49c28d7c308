// output.csv: the input, byte for byte, with one more cell in the header and in every data row.
import { type CsvRecord, type CsvShape, encodeText, toBytes } from '../intake/csv.ts';
import { appendPoint, quoteCell } from './cells.ts';

const OUTPUT_COLUMN = 'Output Image Urls';

/**
 * One record of output.csv, in the input's encoding. `outputs[n - 1]` is what became of position n, null when it failed:
 * its place stays empty. The places are joined by the separator that the row's own URL cell uses. For records other than
 * data rows `outputs` is not read.
 */
export function outputRecord(
  shape: CsvShape,
  record: CsvRecord,
  outputs: readonly (string | null)[],
): Buffer {
  const { raw } = record;
  if (record.kind === 'preamble' || record.kind === 'blank') return toBytes(raw, shape.encoding);
  const text =
    record.kind === 'data'
      ? record.urls.map((_, index) => outputs[index] ?? '').join(record.separator)
      : OUTPUT_COLUMN;
  const { at, delimiters } = appendPoint(record, shape);
  const cell = quoteCell(encodeText(text, shape.encoding), shape.delimiter);
  return toBytes(raw.slice(0, at) + delimiters + cell + raw.slice(at), shape.encoding);
}
