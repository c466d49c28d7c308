// report.csv: one line per image. UTF-8, commas, CRLF (RFC 4180), whatever the input looked like.
import { columnEntries, type ReportedName, type ShownColumns } from '../result-columns.ts';
import { harmlessText, quoteCell } from './cells.ts';

/** An image as the report tells of it. null leaves the cell empty. */
export type ReportImage = ShownColumns<ReportedName>;

const reported = (place: 'here' | 'end') => columnEntries().filter(([, { report }]) => report === place);
/** In the order in which they stand in the file. */
const COLUMNS = [...reported('here'), ...reported('end')].map(
  ([name, { shownAs = name }]) => shownAs as keyof ReportImage,
);
const ENDING = '\r\n';

/** The first line of report.csv, its line end included. */
export const REPORT_HEADER = COLUMNS.join(',') + ENDING;

/** One line of report.csv as plain text, to be written as UTF-8. */
export function reportLine(image: ReportImage): string {
  const cells = COLUMNS.map((column) => {
    const value = image[column];
    if (value === null) return '';
    return quoteCell(column === 'error_message' ? harmlessText(String(value)) : String(value), ',');
  });
  return cells.join(',') + ENDING;
}
