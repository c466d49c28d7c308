// report.csv: one line per image. UTF-8, commas, CRLF (RFC 4180), whatever the input looked like.
import { harmlessText, quoteCell } from './cells.ts';

/** An image as the report tells of it. null leaves the cell empty. */
export interface ReportImage {
  row: number;
  /** 1-based place in the row's URL cell. */
  position: number;
  input_url: string;
  output_url: string | null;
  status: string;
  error_code: string | null;
  error_message: string | null;
  http_status: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  /** Pixels of the delivered picture. */
  width: number | null;
  height: number | null;
  format: string | null;
  quality: number | null;
  kept_original: boolean | null;
  encoder: string | null;
  source_quality: number | null;
  attempts: number;
  /** Hex, of the delivered bytes. */
  sha256: string | null;
  original_url: string | null;
}

/** In the order in which they stand in the file. */
const COLUMNS = [
  'row',
  'position',
  'input_url',
  'output_url',
  'status',
  'error_code',
  'error_message',
  'http_status',
  'bytes_in',
  'bytes_out',
  'width',
  'height',
  'format',
  'quality',
  'kept_original',
  'encoder',
  'source_quality',
  'attempts',
  'sha256',
  'original_url',
] as const satisfies readonly (keyof ReportImage)[];

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
