// What a check gives back, and the limits it holds a file to.
import type { CsvProblem, CsvProblemCode } from '../errors.ts';
import type { CellWarning } from './cells/read-url-cell.ts';
import type { Recognised } from './recognise/types.ts';
import type { Dialect, TableShape } from './shape.ts';
import type { TextEncoding } from './text/encodings.ts';

export interface TableLimits {
  maxRows: number;
  /** Characters of one cell; a record may have four times as many. */
  maxCell: number;
  maxUrlsPerRow: number;
  maxProblems: number;
}

export const TABLE_LIMITS: Readonly<TableLimits> = {
  maxRows: 5_000_000,
  maxCell: 1024 * 1024,
  maxUrlsPerRow: 10_000,
  maxProblems: 1_000,
};

/** Where it is, the caller knows. */
export interface Finding {
  /** Name of the column it is in; null when it is in none. */
  column: string | null;
  code: CsvProblemCode | CellWarning['code'] | 'joined_cells' | 'longer_than_excel' | 'embedded_picture';
  message: string;
}

export interface PreviewRow {
  row: number;
  spreadsheet_row: number;
  name: string;
  urls: string[];
  /** The row's first cells as they read, shortened. */
  cells: string[];
}

/** Something that works but that the uploader may not have meant. */
export interface TableWarning {
  /** null when it is about the whole file. */
  line: number | null;
  row: number | null;
  spreadsheet_row: number | null;
  column: string | null;
  product_name?: string;
  code: Finding['code'] | (string & {});
  message: string;
}

/** How a file is to be read, when a first reading has shown what its head could not. */
export interface Assumed {
  encoding?: TextEncoding;
  dialect: Dialect;
  recognised: Recognised;
}

export interface TableCheck {
  /** Null when the columns could not be made out. Use it only when there are no problems. */
  shape: TableShape | null;
  /** Rows with a picture. */
  products: number;
  /** URLs over all rows: a URL that occurs twice counts twice. */
  images: number;
  /** Different hosts in the URLs, as far as they are counted. */
  hosts: number;
  /** The names of the columns as they stand in the file; empty when it has no header. */
  header: string[];
  rows: { total: number; passed_through: number; with_problems: number };
  /** In the order of the file. Over the limit, the last one is `too_many_problems` and says how many more there are. */
  problems: CsvProblem[];
  /** The first 100. */
  warnings: TableWarning[];
  /** All of them, by code. */
  warning_counts: Record<string, number>;
  /** Columns that may hold the pictures, where that is not certain. */
  candidates: Recognised['candidates'];
  /** The first rows with pictures. */
  preview: PreviewRow[];
  /** Set when the file must be read once more, so; what else is here does not count then. */
  again: Assumed | null;
}
