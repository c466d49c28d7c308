// What is known of a program's catalogue file: how its header is told from others, and what its importer does with new URLs.

export interface Profile {
  /** What `profile=` takes. Lower case, digits and underscores. */
  id: string;
  /** For people, as the name of a thing: "Shopify product export". */
  label: string;
  /** The header has all of these: a header's text, compared trimmed and without case, or a `/pattern/`. */
  all: readonly string[];
  /** And none of these: what tells it from a layout that has the same columns. */
  none: readonly string[];
  urls: readonly ProfileUrls[];
  /** What a product is called: the first of these that is filled in a row. As in `all`. */
  names: readonly string[];
  /** What somebody who gives the file back to the importer should know. */
  notes: readonly Note[];
  /** What the relative paths of such a file usually hang under, to be suggested; null when it has none. */
  baseUrl: string | null;
  /** Where the header is written down: a page, or the place that gives such a file out. */
  source: string;
}

export interface ProfileUrls {
  /** A header's text or a `/pattern/`; every column that fits counts. */
  column: string;
  /** The header's text of the column that the importer reads new URLs from, when that is another one. */
  writeTo?: string;
}

export interface Note {
  code:
    | 'adds_pictures'
    | 'deletes_unlisted'
    | 'files_only'
    | 'formats'
    | 'keep_columns'
    | 'links_must_live'
    | 'picture_ending'
    | 'same_url'
    | 'write_to';
  message: string;
  /** Formats that the importer refuses, as `format` names them. */
  avoid?: readonly ('webp' | 'avif' | 'tiff')[];
}
