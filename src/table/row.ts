// One data row: what it names, and the URLs in its cells. Both passes read rows here, so they cannot disagree.
import { IS_PICTURE } from './cells/cell-url.ts';
import { isNoPicture, readUrlCell, type UrlCell } from './cells/read-url-cell.ts';
import type { TableShape } from './shape.ts';
import { decodeText } from './text/encodings.ts';
import type { ScannedRecord } from './text/scanned-record.ts';

/** What of a file's shape is needed to read its rows. */
export type RowShape = Pick<
  TableShape,
  'encoding' | 'delimiter' | 'column_count' | 'columns' | 'rows' | 'base_url'
>;

/** A cell with URLs in it. */
export interface RowCell extends UrlCell {
  /** Place of its column among the shape's URL columns, 0-based. */
  column: number;
  /** As it reads; with the cells joined that an unquoted list had spilled into. */
  text: string;
  /** How many cells were joined. */
  joined: number;
}

export interface Row {
  /** Without white space around it; '' when the row names none. */
  name: string;
  /** The cells that are not empty, in the order of the file. */
  cells: readonly RowCell[];
  /** URLs in all of them. Position n of the row is the n-th. */
  urls: number;
  /** Place of a column whose cell holds a picture itself, where such a cell passes through; null when there is none. */
  embedded: number | null;
  /** A cell behind the header's last that belongs nowhere; null when there is none. */
  overflow: string | null;
}

const NO_CELLS: readonly RowCell[] = [];
const IMAGE_FILE = /\.(?:jpe?g|jfif|png|webp|gif|avif|tiff?|bmp|svg)$/i;

/** Reads a row; null for a record without content, which is no row. */
export function readRow(record: ScannedRecord, shape: RowShape): Row | null {
  if (record.blank) return null;
  const { columns, column_count, encoding } = shape;
  const lenient = shape.rows === 'lenient';
  const options = { baseUrl: shape.base_url };
  let cells: RowCell[] | undefined;
  let urls = 0;
  let embedded: number | null = null;
  let overflow = record.ends.length > column_count ? firstBehind(record, shape) : null;
  for (let column = 0; column < columns.urls.length; column++) {
    const { index, title } = columns.urls[column]!;
    let text = decodeText(record.cell(index), encoding);
    let joined = 0;
    // `1,Mouse,https://a/1.jpg,https://a/2.jpg` under three headers: somebody forgot the quotes around the list.
    if (overflow !== null && index === column_count - 1) {
      ({ text, joined, overflow } = spilled(record, shape, text));
    }
    if (text === '' || (lenient && !text.startsWith('http') && (isNoPicture(text) || text.trim() === title)))
      continue;
    const read = readUrlCell(text, options);
    if (read.urls.length === 0) continue;
    if (lenient && read.urls.every(({ problem }) => problem === IS_PICTURE)) {
      embedded ??= column;
      continue;
    }
    urls += read.urls.length;
    // Millions of these: a literal is several times cheaper than a copy of `read` with more in it.
    const { urls: found, separator, warnings } = read;
    const cell = { urls: found, separator, warnings, column, text, joined };
    if (cells) cells.push(cell);
    else cells = [cell];
  }
  return { name: nameOf(record, shape), cells: cells ?? NO_CELLS, urls, embedded, overflow };
}

function nameOf(record: ScannedRecord, { columns, encoding }: RowShape): string {
  for (const index of columns.names) {
    const name = decodeText(record.cell(index), encoding).trim();
    if (name !== '') return name;
  }
  return '';
}

function firstBehind(record: ScannedRecord, { column_count, encoding }: RowShape): string | null {
  for (let index = column_count; index < record.ends.length; index++) {
    const cell = decodeText(record.cell(index), encoding).trim();
    if (cell !== '') return cell;
  }
  return null;
}

/** The last cell with what of an unquoted list stands behind it. */
function spilled(
  record: ScannedRecord,
  { column_count, delimiter, encoding }: RowShape,
  first: string,
): { text: string; joined: number; overflow: string | null } {
  let text = first;
  let joined = 0;
  let overflow: string | null = null;
  for (let index = column_count; index < record.ends.length; index++) {
    const cell = decodeText(record.cell(index), encoding);
    if (cell.trim() === '') continue;
    if (/^\s*https?:\/\//i.test(cell) || continuesUrl(text, cell)) {
      text += delimiter + cell;
      joined++;
    } else overflow ??= cell;
  }
  return { text, joined, overflow };
}

/**
 * Whether a cell that an unquoted comma cut off goes on with the URL before it (`…/w_300` and `h_200/1.jpg`). Only where
 * the URL is not complete without it: behind the name of an image file it may as well be a value of another column.
 */
function continuesUrl(before: string, cell: string): boolean {
  return /^[a-z]{1,12}[_=:]\S*$/i.test(cell) && !IMAGE_FILE.test(before);
}
