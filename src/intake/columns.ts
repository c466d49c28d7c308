// Which column is which: the header's names against the contract's, their usual variants, and the user's own choice.
import type { CsvProblemCode } from '../errors.ts';

/** Names the user gave, for files whose columns are called something else. */
export interface ColumnNames {
  url_column?: string | undefined;
  name_column?: string | undefined;
}

/** 0-based. `serial` is null when the file needs none, `error` when no `Error` column of an earlier round ends the header. */
export interface Columns {
  serial: number | null;
  name: number;
  url: number;
  error: number | null;
}

export interface ColumnProblem {
  code: CsvProblemCode;
  column: string;
  message: string;
}

type Role = 'serial' | 'name' | 'url';

/** The contract's name first: it wins over the others. All as `plain` leaves them. */
const NAMES: Record<Role, { title: string; names: readonly string[] }> = {
  serial: {
    title: 'S. No.',
    names: [
      'sno',
      'srno',
      'slno',
      'serialno',
      'serialnumber',
      'serialnum',
      'serial',
      'snumber',
      'srnumber',
    ].concat(['slnumber', 'sr', 'sl', 'no', 'nr', 'number', '#']),
  },
  name: {
    title: 'Product Name',
    names: ['productname', 'productnames', 'producttitle', 'product', 'name', 'title', 'itemname'],
  },
  url: {
    title: 'Input Image Urls',
    names: [
      'inputimageurls',
      'inputimageurl',
      'inputimagesurls',
      'inputimagesurl',
      'inputimages',
      'inputimage',
    ]
      .concat([
        'inputurls',
        'inputurl',
        'imageurls',
        'imageurl',
        'imagesurls',
        'imagesurl',
        'images',
        'image',
      ])
      .concat(['imagelinks', 'imagelink', 'imagesrc', 'productimageurls', 'productimageurl', 'productimages'])
      .concat(['productimage', 'pictureurls', 'pictureurl', 'photourls', 'photourl', 'urls', 'url']),
  },
};

/** A name without case, spaces, punctuation, underscores and BOM. `#` alone stays. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N}\p{M}]/gu, '').toLowerCase() || name.trim();
}

/**
 * Finds the columns in a header. `header` has for every cell its possible readings (the encoding may not be decided yet).
 * A name that the user gave is looked for as it is, then without case, spaces and punctuation; when both are given,
 * `S. No.` may be missing. Of the contract's own names a variant counts only when the name itself is not there. Two
 * columns that fit equally well are a problem, not a guess.
 */
export function matchColumns(
  header: readonly (readonly string[])[],
  wanted: ColumnNames,
): { columns: Columns | null; found: number; problems: ColumnProblem[] } {
  const problems: ColumnProblem[] = [];
  const plainHeader = header.map((readings) => readings.map(plain));
  const having = (name: string) => indexes(plainHeader, (readings) => readings.includes(name));

  const choose = (role: Role, given: string | undefined): number | null => {
    const { title, names } = NAMES[role];
    const column = given ?? title;
    let fits: number[];
    if (given !== undefined) {
      fits = indexes(header, (readings) => readings.some((reading) => reading.trim() === given.trim()));
      if (fits.length === 0) fits = having(plain(given));
    } else {
      fits = having(names[0]!);
      if (fits.length === 0) fits = names.slice(1).flatMap(having);
      // The name is only shown to people, so the nearest one does; the wrong images would be real harm.
      if (role !== 'url' && new Set(fits.map((fit) => plainHeader[fit]?.[0])).size > 1)
        fits = fits.slice(0, 1);
    }
    if (fits.length === 1) return fits[0]!;
    const listed = (at: number[]) => at.map((index) => `"${header[index]?.[0]?.trim()}"`).join(', ');
    const option = role === 'serial' ? '' : ` (name another one with ${role}_column)`;
    const code = fits.length === 0 ? 'missing_column' : 'ambiguous_column';
    const message =
      fits.length === 0
        ? `There is no column "${column}"${option}. The header has ${listed([...header.keys()].slice(0, 20))}`
        : `${fits.length} columns could be "${column}": ${listed(fits)}${option}`;
    problems.push({ code, column, message });
    return null;
  };

  const { url_column, name_column } = wanted;
  const serialNeeded = url_column === undefined || name_column === undefined;
  const serial = serialNeeded ? choose('serial', undefined) : (having('sno')[0] ?? null);
  const name = choose('name', name_column);
  const url = choose('url', url_column);
  const last = header.length - 1;
  const error = last >= 0 && header[last]!.includes('Error') && last !== name && last !== url ? last : null;
  const columns =
    problems.length === 0 && name !== null && url !== null ? { serial, name, url, error } : null;
  return { columns, found: (serialNeeded ? 3 : 2) - problems.length, problems };
}

function indexes<T>(list: readonly T[], fits: (item: T) => boolean): number[] {
  return list.flatMap((item, index) => (fits(item) ? [index] : []));
}
