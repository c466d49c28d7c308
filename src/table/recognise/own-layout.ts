// halve's own layout: `S. No.`, `Product Name`, `Input Image Urls`, and what else people write for them.
import { headerList, optionFor, quoted } from './say.ts';
import type { HeadRow, LayoutProblem } from './types.ts';
import { plain } from './words.ts';

const URL_NAMES = ['inputimageurls', 'inputimageurl'];
/** Most cells are seen at a glance to be something else. */
const MAY_BE_URLS = /^[^\p{L}]*[i\uff29\uff49]/iu;
const NAME = 'productname';
const OTHER_NAMES = ['productnames', 'producttitle', 'product', 'name', 'title', 'itemname'];
const SERIAL = 'sno';
/** Numbers under these names are serial ones whatever the layout is. */
const SERIALS = [
  'srno',
  'slno',
  'serialno',
  'serialnumber',
  'serialnum',
  'serial',
  'snumber',
  'srnumber',
  'slnumber',
];
/** These may be anything elsewhere (`No` of an article). */
const SHORT_SERIALS = ['sr', 'sl', 'no', 'nr', 'number', '#'];

/** The index of the first row that has the column of pictures. */
export function findOwn(rows: readonly HeadRow[], among: readonly number[]): number | null {
  return (
    among.find((row) =>
      rows[row]!.cells.some((cell) => MAY_BE_URLS.test(cell) && URL_NAMES.includes(plain(cell))),
    ) ?? null
  );
}

export interface OwnColumns {
  urls: number[];
  names: number[];
  problems: LayoutProblem[];
}

/** The columns of pictures and names; two that fit equally well are a problem, not a guess. */
export function readOwn(header: readonly string[], record: number): OwnColumns {
  const names = header.map(plain);
  const having = (name: string) => names.flatMap((cell, index) => (cell === name ? [index] : []));
  const problems: LayoutProblem[] = [];
  const one = (column: string, fits: number[], option: string): number[] => {
    if (fits.length === 1) return fits;
    problems.push(
      fits.length === 0
        ? {
            code: 'missing_column',
            column,
            record,
            message: `There is no column "${column}": name another one with ${option}. The header has ${headerList(header)}`,
          }
        : {
            code: 'ambiguous_column',
            column,
            record,
            message: `${fits.length} columns could be "${column}": ${quoted(header, fits)}. Send ${optionFor(header, fits, option)}`,
          },
    );
    return [];
  };
  const urls = URL_NAMES.map(having).find((fits) => fits.length > 0) ?? [];
  const exact = having(NAME);
  const variants = OTHER_NAMES.map(having).find((fits) => fits.length > 0) ?? [];
  return {
    urls: one('Input Image Urls', urls, 'url_column'),
    names: one('Product Name', exact.length > 0 ? exact : variants.slice(0, 1), 'name_column'),
    problems,
  };
}

/** The column of serial numbers, which no file needs. */
export function findSerial(header: readonly string[], strict: boolean): number | null {
  const names = header.map(plain);
  const listed = [SERIAL, ...SERIALS, ...(strict ? SHORT_SERIALS : [])];
  const index = listed.map((name) => names.indexOf(name)).find((at) => at >= 0);
  return index ?? null;
}

/** `Error` alone, or with the options that it carries. */
export const isErrorHeader = (cell: string): boolean => /^Error(?: \[[^\]]*\])?$/.test(cell);

/** The `Error` column that a failed.csv ends with. */
export function findError(header: readonly string[], taken: readonly number[]): number | null {
  const last = header.length - 1;
  return last >= 0 && isErrorHeader(header[last]!.trim()) && !taken.includes(last) ? last : null;
}
