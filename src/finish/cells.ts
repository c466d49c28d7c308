// What the writers share: quoting, where in a record a cell is, and where a new one goes.
import type { TableRecord, TableShape } from '../table/table.ts';

/** What became of a row: `places[n - 1]` is the new URL of position n; null when it failed. */
export type Places = readonly (string | null)[];

/** A cell as it stands in a file: quoted when it must be, and only then. */
export function quoteCell(
  text: string,
  { delimiter, quoting }: Pick<TableShape, 'delimiter' | 'quoting'>,
): string {
  // Where quotes mean nothing, only what ends a cell must not be in it.
  if (quoting === 'none') return text.replace(/[\t\r\n]+/g, ' ');
  if (!text.includes(delimiter) && !/["\r\n]/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}

/**
 * Free text that no spreadsheet takes for a formula. Some run a cell that begins with one of these, and an error message
 * may carry text from a foreign server. Only for our own texts: what the user wrote is not changed.
 */
export function harmlessText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** Where cell `index` begins in a record's raw text. */
export function cellStart(record: TableRecord, index: number): number {
  return index === 0 ? 0 : record.ends[index - 1]! + 1;
}

/** A cell as it stands in the record; '' when the record is too short to have it. */
export function rawCell(record: TableRecord, index: number): string {
  const end = record.ends[index];
  return end === undefined ? '' : record.raw.slice(cellStart(record, index), end);
}

/**
 * Where in a record's raw text a cell goes that belongs in the column behind the header's last, and the delimiters that
 * stand before it. A short row is filled up. Empty cells too many (`…,,`) stay behind the new cell, so that it is in its
 * column; an unquoted list of URLs that has spilled over the header stays together, and the new cell follows it.
 */
export function appendPoint(record: TableRecord, shape: TableShape): { at: number; delimiters: string } {
  const { ends, raw } = record;
  const last = ends.at(-1)!;
  const missing = Math.max(0, shape.column_count - ends.length);
  const delimiters = shape.delimiter.repeat(missing + 1);
  if (ends.length <= shape.column_count) return { at: last, delimiters };
  const headerEnd = ends[shape.column_count - 1]!;
  const empty =
    raw
      .slice(headerEnd, last)
      .replaceAll(shape.delimiter, '')
      .replace(/[\s"]+/g, '') === '';
  return { at: empty ? headerEnd : last, delimiters };
}

/** The record with other cells in the place of some; a short one is filled up. `cells` are lossless text, quoted. */
export function withCells(
  { raw, ends }: Pick<TableRecord, 'raw' | 'ends'>,
  { delimiter }: Pick<TableShape, 'delimiter'>,
  cells: ReadonlyMap<number, string>,
): string {
  let text = '';
  let from = 0;
  for (const [index, end] of ends.entries()) {
    const cell = cells.get(index);
    if (cell === undefined) continue;
    text += raw.slice(from, index === 0 ? 0 : ends[index - 1]! + 1) + cell;
    from = end;
  }
  const last = ends.at(-1)!;
  let added = '';
  const most = Math.max(...cells.keys());
  for (let index = ends.length; index <= most; index++) added += delimiter + (cells.get(index) ?? '');
  return added === '' ? text + raw.slice(from) : text + raw.slice(from, last) + added + raw.slice(last);
}
