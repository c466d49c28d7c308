// The output: the input, byte for byte, with one more cell for each URL column in the header and in every row with URLs.
import { encodeText, type TableRecord, type TableRow, type TableShape, toBytes } from '../table/table.ts';
import { appendPoint, type Places, quoteCell } from './cells.ts';

const OUTPUT_COLUMN = 'Output Image Urls';

/**
 * One record of the output, in the input's encoding. `places` says what became of each position of a row: a failed one
 * stays empty. The places of a cell are joined by the separator that the row's own URL cell uses. Records without URLs are
 * as they came.
 */
export function outputRecord(shape: TableShape, record: TableRecord, places: Places): Buffer {
  const { raw } = record;
  const texts = record.kind === 'header' ? titles(shape) : cellsOf(shape, record, places);
  if (texts === null) return toBytes(raw, shape.encoding);
  const { at, delimiters } = appendPoint(record, shape);
  const cells = texts.map((text) => quoteCell(encodeText(text, shape.encoding), shape));
  return toBytes(raw.slice(0, at) + delimiters + cells.join(shape.delimiter) + raw.slice(at), shape.encoding);
}

/** One column keeps the name that it has always had; of several each names its own. */
function titles({ columns }: TableShape): string[] {
  if (columns.urls.length === 1) return [OUTPUT_COLUMN];
  return columns.urls.map(({ index, title }) => `${OUTPUT_COLUMN} (${title || `column ${index + 1}`})`);
}

function cellsOf({ columns }: TableShape, record: TableRecord, places: Places): string[] | null {
  if (record.kind !== 'data' || record.cells.length === 0) return null;
  const texts = columns.urls.map(() => '');
  eachCell(record, places, (column, outputs, separator) => {
    texts[column] = outputs.map((url) => url ?? '').join(separator);
  });
  return texts;
}

function eachCell(
  { cells }: TableRow,
  places: Places,
  take: (column: number, outputs: readonly (string | null)[], separator: string) => void,
): void {
  let from = 0;
  for (const { column, urls, separator } of cells) {
    // `a, b` and `a,b` are the same list; a list of spaces or lines is one of these only.
    take(column, places.slice(from, from + urls.length), /[,;|]/.exec(separator)?.[0] ?? separator);
    from += urls.length;
  }
}
