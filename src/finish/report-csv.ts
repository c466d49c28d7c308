// report.csv: one line per image. UTF-8, commas, CRLF (RFC 4180), whatever the input looked like.
import type { ImageRecord } from '../records/results.ts';
import { columnEntries, type ReportedName, type ShownColumns, shownColumns } from '../result-columns.ts';
import type { TableRecord, TableShape } from '../table/table.ts';
import { harmlessText, quoteCell } from './cells.ts';

/** What the file itself says of an image, behind what the database knew when they came. */
const FROM_THE_FILE = ['product_name', 's_no', 'column'] as const;

/** An image as the report tells of it. null leaves the cell empty. */
export type ReportImage = ShownColumns<ReportedName> & Record<(typeof FROM_THE_FILE)[number], string | null>;

const reported = (place: 'here' | 'behind' | 'end') =>
  columnEntries()
    .filter(([, { report }]) => report === place)
    .map(([name, { shownAs = name }]) => shownAs as keyof ReportImage);
/** In the order in which they stand in the file. */
const COLUMNS = [...reported('here'), ...reported('behind'), ...FROM_THE_FILE, ...reported('end')];
const ENDING = '\r\n';
const CSV = { delimiter: ',', quoting: 'rfc4180' } as const;
/** Texts that others wrote. The URL is none of them: it is read by programs, as it is. */
const FREE_TEXT = new Set<keyof ReportImage>(['error_message', 'product_name', 'column', 's_no']);

/** The first line of report.csv, its line end included. */
export const REPORT_HEADER = COLUMNS.join(',') + ENDING;

/** One line of report.csv as plain text, to be written as UTF-8. */
export function reportLine(image: ReportImage): string {
  const cells = COLUMNS.map((column) => {
    const value = image[column];
    if (value === null) return '';
    return quoteCell(FREE_TEXT.has(column) ? harmlessText(String(value)) : String(value), CSV);
  });
  return cells.join(',') + ENDING;
}

/** The lines of a row's images; null for a record without any. */
export function reportLines(
  { columns }: TableShape,
  record: TableRecord,
  { images, urlOf }: { images: readonly ImageRecord[]; urlOf(key: string): string },
): Buffer | null {
  if (record.kind !== 'data' || images.length === 0) return null;
  const titles = record.cells.flatMap(({ column, urls }) =>
    urls.map(() => columns.urls[column]?.title ?? null),
  );
  const lines = images.map((image, at) => {
    const status: ReportImage['status'] = image.status === 'pending' ? 'cancelled' : image.status;
    const shown = { ...shownColumns(image, urlOf), status };
    return reportLine({
      ...shown,
      product_name: record.name,
      s_no: record.serial,
      column: titles[at] ?? null,
    });
  });
  return Buffer.from(lines.join(''));
}
