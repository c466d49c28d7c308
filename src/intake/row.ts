// One data row: its name and URLs out of a scanned record. Both passes read rows here, so they cannot disagree.
import type { Columns } from './columns.ts';
import { continuesUrl, plainSpaces, splitImageUrls } from './image-urls.ts';
import { isBlank, type ScannedRecord } from './scanned-record.ts';

/** What of a file's shape is needed to read its rows. */
export interface Layout {
  delimiter: string;
  /** Cells of the header. */
  column_count: number;
  columns: Columns;
}

/** Everything here is lossless text. */
export interface RawRow {
  name: string;
  /** The whole URL cell, with the cells joined that an unquoted list had spilled into. */
  urlCell: string;
  texts: string[];
  separator: string;
  /** How many cells were joined. */
  joined: number;
  /** A cell behind the header's last that belongs nowhere; null when there is none. */
  overflow: string | null;
}

export const isBlankCell = (cell: string): boolean => isBlank(plainSpaces(cell));

/** Reads a row; null for a record without content, which is no row. */
export function readRow(record: ScannedRecord, layout: Layout): RawRow | null {
  if (record.ends[0] === 0 && record.ends.length === 1) return null;
  const { columns, column_count, delimiter } = layout;
  const name = record.cell(columns.name);
  let urlCell = record.cell(columns.url);
  if (isBlankCell(name) && isBlankCell(urlCell) && record.blank) return null;
  let joined = 0;
  let overflow: string | null = null;
  // `1,Mouse,https://a/1.jpg,https://a/2.jpg` under three headers: somebody forgot the quotes around the list.
  const spills = columns.url === column_count - 1;
  for (let index = column_count; index < record.ends.length; index++) {
    const cell = record.cell(index);
    if (isBlankCell(cell)) continue;
    if (spills && (/^\s*https?:\/\//i.test(cell) || continuesUrl(urlCell, cell))) {
      urlCell += delimiter + cell;
      joined++;
    } else overflow ??= cell;
  }
  return { name, urlCell, ...splitImageUrls(urlCell), joined, overflow };
}
