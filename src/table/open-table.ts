// The start of a file: from its head its encoding, its delimiter, where its header is and what its columns are.
import type { CsvProblem } from '../errors.ts';
import { carriedOptions } from './carried-options.ts';
import type { Assumed } from './check-types.ts';
import type { TableShape } from './shape.ts';
import type { TableOptions } from './table-options.ts';
import { bomText, LosslessReader, otherText, sniffEncoding } from './text/bytes.ts';
import { type Detected, detect, headUnder } from './text/detect.ts';
import type { TextEncoding } from './text/encodings.ts';

/** Bytes of a file that are read before its columns are decided. */
export const HEAD_BYTES = 256 * 1024;

export interface OpenedTable extends Assumed {
  /** The uploader's options, with those that a failed file carries. */
  options: TableOptions;
  encoding: TextEncoding;
  /** Whether the encoding is only what most files have. */
  encodingIsGuess: boolean;
  head: Detected['head'];
  /** The header's cells as they read. */
  header: readonly string[];
  /** Null while the columns are not known. */
  shape: TableShape | null;
  reader: LosslessReader;
  /** The head itself, as lossless text behind the BOM. */
  text: string;
}

/** `block` is the file's head, or all of it when it is `complete`. Returns what the file is instead, when it is no table. */
export function openTable(
  block: Buffer,
  { complete, options, assumed }: { complete: boolean; options: TableOptions; assumed: Assumed | null },
): OpenedTable | { refusal: string } {
  const sniffed = sniffEncoding(block);
  if (sniffed.binary !== null) return { refusal: `This is ${sniffed.binary}` };
  // A byte order mark is the file's own word.
  const told = options.encoding ?? assumed?.encoding ?? 'utf-8';
  const encoding = sniffed.bom || sniffed.encoding !== 'utf-8' ? sniffed.encoding : told;
  const reader = new LosslessReader(encoding);
  const text = reader.read(block).slice(sniffed.bom ? bomText(encoding).length : 0);
  const other = otherText(text);
  if (other !== null) return { refusal: `This is ${other}` };
  const carried = options.url_column.length === 0 ? carriedOptions(text) : null;
  const said = { ...options, ...carried };
  const { dialect, recognised, head } = assumed
    ? { ...assumed, head: headUnder(assumed.dialect, text, { encoding, complete }) }
    : detect(text, { encoding, complete, wanted: wantedOf(said) });
  const headerRow = recognised.layout ? recognised.layout.headerRow : (head.rows[0]?.record ?? null);
  const header = head.rows.find(({ record }) => record === headerRow)?.cells ?? [];
  const shape = shapeFrom({ dialect, recognised }, { header, options: said, encoding, bom: sniffed.bom });
  return {
    dialect,
    recognised,
    options: said,
    encoding,
    encodingIsGuess: !sniffed.bom && sniffed.encoding === 'utf-8' && options.encoding === null,
    head,
    header,
    shape,
    reader,
    text,
  };
}

/** What stands in the way of knowing the columns. */
export function columnProblems({ shape, head, recognised }: OpenedTable): CsvProblem[] {
  if (shape || head.rows.length === 0) return [];
  return recognised.problems.map(({ record, column, code, message }) => {
    const at = record === null ? -1 : head.rows.findIndex((row) => row.record === record);
    return { line: head.lines[at] ?? null, row: null, spreadsheet_row: record, column, code, message };
  });
}

export const wantedOf = (options: TableOptions) => ({
  profile: options.profile,
  urlColumns: options.url_column,
  nameColumn: options.name_column,
  headerRow: options.header_row,
  baseUrl: options.base_url,
});

function shapeFrom(
  { dialect, recognised: { layout } }: Assumed,
  {
    header,
    options,
    encoding,
    bom,
  }: { header: readonly string[]; options: TableOptions; encoding: TextEncoding; bom: boolean },
): TableShape | null {
  if (!layout) return null;
  const { urls, names, serial, error } = layout;
  const inPlace = options.write_to === 'in_place';
  return {
    ...dialect,
    encoding,
    bom,
    profile: layout.profile,
    header_row: layout.headerRow,
    first_row: layout.firstRow,
    column_count: layout.columnCount,
    columns: {
      urls: urls.map(({ index, writeTo }) => ({
        index,
        writeTo: inPlace ? null : writeTo,
        title: header[index] ?? '',
      })),
      names,
      serial,
      error,
    },
    rows: options.rows ?? (layout.strict ? 'strict' : 'lenient'),
    base_url: options.base_url,
  };
}
