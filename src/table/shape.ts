// What is known of a file once it has been checked: all that reading and writing it again needs, so that nothing is guessed
// twice. Plain JSON, kept with the request.
import type { UrlColumn } from './recognise/types.ts';
import type { TextEncoding } from './text/encodings.ts';
import type { Quoting } from './text/scan.ts';

/** How a text file separates and quotes its cells. */
export interface Dialect {
  delimiter: string;
  quoting: Quoting;
  /** Whether the first line is Excel's `sep=;`, which names the delimiter and is no data. */
  sep_line: boolean;
}

export interface TitledColumn extends UrlColumn {
  /** As the header names it; '' when it does not. */
  title: string;
}

/** 0-based. */
export interface Columns {
  /** In the order of the file. */
  urls: readonly TitledColumn[];
  /** The first of these that is filled names the product. */
  names: readonly number[];
  /** null when the file has none. */
  serial: number | null;
  /** null when no `Error` column of an earlier round ends the header. */
  error: number | null;
}

export interface TableShape extends Dialect {
  encoding: TextEncoding;
  bom: boolean;
  /** Id of the layout that was recognised; null when the columns were found by content or named. */
  profile: string | null;
  /** Number of the record that names the columns, 1-based, the `sep=` line not counted; null when none does. */
  header_row: number | null;
  /** The first data row, likewise. */
  first_row: number;
  /** Cells of the header. */
  column_count: number;
  columns: Columns;
  rows: RowRule;
  /** What stands in front of relative paths. */
  base_url: string | null;
}

/** `strict`: every row must name a product and its pictures. `lenient`: what does not passes through as it is. */
export type RowRule = 'strict' | 'lenient';

/** As the first versions kept it: one column of URLs, below the first record with content. */
interface FirstShape {
  encoding: TextEncoding;
  bom: boolean;
  delimiter: string;
  sep_line: boolean;
  column_count: number;
  columns: { serial: number | null; name: number; url: number; error: number | null };
}

/** `header_row` of a shape that does not know its number: the first record with content. */
export const FIRST_RECORD = 0;

/** Whether a file came to one of the first versions, which made no file to import. */
export const isFirstShape = ({ header_row }: Pick<TableShape, 'header_row'>): boolean =>
  header_row === FIRST_RECORD;

/** A kept shape, of this version or an earlier one. */
export function shapeOf(kept: TableShape | FirstShape): TableShape {
  // One of a request that is still being received has nothing yet.
  if (!('columns' in kept) || 'rows' in kept) return kept;
  const { serial, name, url, error } = kept.columns;
  return {
    ...kept,
    quoting: 'rfc4180',
    profile: null,
    header_row: FIRST_RECORD,
    first_row: FIRST_RECORD,
    columns: { urls: [{ index: url, writeTo: null, title: '' }], names: [name], serial, error },
    rows: 'strict',
    base_url: null,
  };
}
