// What an uploader may say of a table.
import type { RowRule } from './shape.ts';
import type { TextEncoding } from './text/encodings.ts';

/** What the uploader said of the file; the names of the upload's options. */
export interface TableOptions {
  /** `auto`, `none` or an id. */
  profile: string;
  /** Header texts, `/patterns/` or `#numbers`; none: they are found. */
  url_column: readonly string[];
  name_column: string | null;
  /** As a spreadsheet numbers it; 0: there is none; null: it is found. */
  header_row: number | null;
  /** null: strict for the layout of halve's own, lenient for every other. */
  rows: RowRule | null;
  base_url: string | null;
  /** null: it is found. */
  encoding: TextEncoding | null;
  /** Where new URLs go in the file to import: in the place of the old, or where the profile's importer reads them. */
  write_to: 'in_place' | 'profile';
}

export const NO_OPTIONS: Readonly<TableOptions> = {
  profile: 'auto',
  url_column: [],
  name_column: null,
  header_row: null,
  rows: null,
  base_url: null,
  encoding: null,
  write_to: 'in_place',
};

/** As the first versions kept them: one column each, or none. */
interface FirstOptions {
  url_column: string | null;
  name_column: string | null;
}

/** Kept options, of this version or an earlier one. */
export function tableOptionsOf(kept: Partial<TableOptions> | FirstOptions): TableOptions {
  const { url_column } = kept;
  const columns = url_column === null || url_column === undefined ? [] : [url_column].flat();
  return { ...NO_OPTIONS, ...kept, url_column: columns };
}
