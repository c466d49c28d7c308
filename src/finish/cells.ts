// What the writers share: quoting, and where in a record a new cell goes.
import type { CsvRecord, CsvShape } from '../intake/csv.ts';

/** A cell as it stands in a file: quoted when it must be, and only then. */
export function quoteCell(text: string, delimiter: string): string {
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
export function cellStart(record: CsvRecord, index: number): number {
  return index === 0 ? 0 : record.ends[index - 1]! + 1;
}

/**
 * Where in a record's raw text a cell goes that belongs in the column behind the header's last, and the delimiters that
 * stand before it. A short row is filled up. Empty cells too many (`…,,`) stay behind the new cell, so that it is in its
 * column; an unquoted list of URLs that has spilled over the header stays together, and the new cell follows it.
 */
export function appendPoint(record: CsvRecord, shape: CsvShape): { at: number; delimiters: string } {
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
