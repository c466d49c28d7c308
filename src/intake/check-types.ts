// What the check of a file gives back, and the limits it holds a file to.
import type { CsvProblem } from '../errors.ts';
import type { Dialect } from './dialect.ts';
import type { Layout } from './row.ts';
import type { CsvEncoding } from './text-encoding.ts';

/** All that reading and writing the file again needs, so that nothing is guessed twice. Plain JSON. */
export interface CsvShape extends Layout, Dialect {
  encoding: CsvEncoding;
  bom: boolean;
}

export interface CsvLimits {
  maxRows: number;
  /** Characters of one cell; a record may have four times as many. */
  maxCell: number;
  maxUrlsPerRow: number;
  maxProblems: number;
}

export const CSV_LIMITS: Readonly<CsvLimits> = {
  maxRows: 5_000_000,
  maxCell: 1024 * 1024,
  maxUrlsPerRow: 10_000,
  maxProblems: 1_000,
};

export interface CsvPreviewRow {
  row: number;
  name: string;
  urls: string[];
}

/** Something that works but that the uploader may not have meant. At most 100 are kept. */
export interface CsvWarning {
  line: number;
  row: number;
  code: 'joined_cells' | 'longer_than_excel';
  message: string;
}

export interface CsvCheck {
  /** Null when the header could not be made out. Use it only when there are no problems. */
  shape: CsvShape | null;
  /** Data rows. */
  products: number;
  /** URLs over all rows: a URL that occurs twice counts twice. */
  images: number;
  /** Different hosts in the URLs, as far as they are counted. */
  hosts: number;
  /** The names of the columns as they stand in the file; empty when it has no header. */
  header: string[];
  /** In the order of the file. Over the limit, the last one is `too_many_problems` and says how many more there are. */
  problems: CsvProblem[];
  warnings: CsvWarning[];
  /** The first rows. */
  preview: CsvPreviewRow[];
}
