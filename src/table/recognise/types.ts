// What goes into the recognition of a table and what comes out of it.
import type { Note } from '../profiles/index.ts';

export interface HeadRow {
  /** 1-based number of the record in the file, as a spreadsheet shows it. */
  record: number;
  cells: readonly string[];
}

/** The start of a table, scanned and decoded under one delimiter. */
export interface Head {
  /** The first records that are not empty. */
  rows: readonly HeadRow[];
  /** Whether this is the whole file. */
  complete: boolean;
}

/** What the user chose. */
export interface Wanted {
  /** `auto`, `none` or the id of a profile. */
  profile: string;
  /** Each a header's text, a `/pattern/` (compared without case), or `#N`, the number of a column from 1. */
  urlColumns: readonly string[];
  nameColumn: string | null;
  /** The number of the record that is the header; 0 says that there is none. */
  headerRow: number | null;
  baseUrl: string | null;
}

export interface UrlColumn {
  /** 0-based. */
  index: number;
  /** The column in which an importer looks for new URLs, when that is another one. */
  writeTo: number | null;
}

/** Columns are 0-based, records 1-based. */
export interface Layout {
  profile: string | null;
  /** Null when the file has no header row: its columns are called `Column 1`, `Column 2` … then. */
  headerRow: number | null;
  /** The record with the first data row: rows between the header and it are labels or hints. */
  firstRow: number;
  columnCount: number;
  /** In the file's order, each column once. Never empty. */
  urls: readonly UrlColumn[];
  /** What a product is called: the first of these that is filled in a row. */
  names: readonly number[];
  serial: number | null;
  /** The `Error` column that ends the header of a failed.csv. */
  error: number | null;
  /** The layout of the three columns, whose rows are all meant to be products. */
  strict: boolean;
}

export type LayoutProblemCode =
  | 'missing_column'
  | 'ambiguous_column'
  | 'unknown_profile'
  | 'missing_header_row'
  | 'needs_base_url'
  | 'invalid_pattern';

export interface LayoutProblem {
  code: LayoutProblemCode;
  /** The column that is meant, as the user or the contract calls it. */
  column: string;
  record: number | null;
  message: string;
}

/** A column that holds addresses, whether it was taken or not. */
export interface Candidate {
  index: number;
  header: string;
  /** The first address in it, shortened. */
  example: string;
  /** How many addresses the head has in it. */
  urls: number;
  /** The end of a sentence: why it was taken, or was not. */
  why: string;
}

export interface LayoutWarning {
  code: Note['code'] | 'no_header' | 'embedded_pictures' | 'relative_paths' | 'links_expire' | 'no_urls_yet';
  message: string;
  avoid?: Note['avoid'];
}

export interface Recognised {
  /** Null when there is a problem. */
  layout: Layout | null;
  /** The higher, the more certain: made to compare the delimiters that a file may have. */
  score: number;
  problems: readonly LayoutProblem[];
  candidates: readonly Candidate[];
  warnings: readonly LayoutWarning[];
}
