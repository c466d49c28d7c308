// The URLs in a cell: where one ends and the next begins, and whether each is one.

export interface UrlCell {
  /** The texts in the cell, in their order, as they were written. Position n of a row is `texts[n - 1]`. */
  texts: string[];
  /** What stands between the first two: `,` `;` `|` or a line end. `,` when there is no second, or only a space. */
  separator: string;
}

const RUN = /[,;|\t-\r ]+/g;
const SCHEME = /[a-z][a-z0-9+.-]*:\/\//iy;
/** A no-break space, and in UTF-16 a stray BOM: UTF-8 bytes, one byte of Windows-1252, or one code unit. */
const ODD_SPACE = /\xc2\xa0|(?<![\x80-\xff])\xa0(?![\x80-\xff])|\ufeff/g;
const IMAGE_FILE = /\.(?:jpe?g|jfif|png|webp|gif|avif|tiff?|bmp|svg)$/i;
/** What follows a separator, up to the next sign that ends a path segment. */
const WORD = /[^/,;|?#\t-\r ]*/y;
/** `w_300`, `v=2`, `100x100`: what image services write behind a comma or semicolon. */
const PARAMETER = /^(?:[a-z]{1,12}[_=:]|[a-z]{0,3}\d)/i;

/** Lossless text of a cell with every kind of space that spreadsheets put into cells turned into a plain one. */
export function plainSpaces(cell: string): string {
  return /[\xa0\ufeff]/.test(cell) ? cell.replace(ODD_SPACE, ' ') : cell;
}

/**
 * Splits a cell (as lossless text) into the texts that should be URLs. Commas and spaces occur inside URLs too, so:
 * - a tab, a line end, `|`, and `,` or `;` beside white space always separate;
 * - `,`, `;` or a space alone separates when a `scheme://` follows; otherwise it belongs to the URL
 *   (`…/w_300,h_200/1.jpg`, `…/my photo.jpg`);
 * - except behind the name of an image file, where a list is meant: in `…/1.jpg,foo` and `…/1.jpg foo` the `foo` is a
 *   text of its own. Behind a comma or semicolon a parameter (`…/1.jpg,w_300`, `…/1.jpg;v=2`) still belongs to the URL.
 *
 * Separators at the ends and empty places between them (`a,,b`) count for nothing, so positions number the URLs. The
 * same URL twice is two positions.
 */
export function splitImageUrls(cell: string): UrlCell {
  const text = plainSpaces(cell);
  const texts: string[] = [];
  let separator: string | null = null;
  let from = 0;
  const query = queryFinder(text);
  RUN.lastIndex = 0;
  for (let match = RUN.exec(text); match; match = RUN.exec(text)) {
    const run = match[0];
    const next = match.index + run.length;
    if (match.index === from) from = next;
    else if (next === text.length || separates({ text, from, at: match.index, run, query })) {
      texts.push(text.slice(from, match.index));
      if (next < text.length) separator ??= separatorOf(run);
      from = next;
    }
  }
  if (from < text.length) texts.push(text.slice(from));
  return { texts, separator: separator ?? ',' };
}

interface Place {
  text: string;
  /** Where the text that may end here began. */
  from: number;
  /** Where the run of separator characters is. */
  at: number;
  run: string;
  query(from: number): number;
}

/**
 * Whether a cell that an unquoted comma cut off goes on with the URL before it (`…/w_300` and `h_200/1.jpg`). Only where
 * the URL is not complete without it: behind the name of an image file it may as well be a value of another column.
 */
export function continuesUrl(before: string, cell: string): boolean {
  return /^[a-z]{1,12}[_=:]\S*$/i.test(cell) && !IMAGE_FILE.test(before);
}

/** Whether a run of separator characters ends the text before it. */
function separates({ text, from, at, run, query }: Place): boolean {
  if (run !== ',' && /[\t-\r|]|[,;] | [,;]/.test(run)) return true;
  const next = at + run.length;
  SCHEME.lastIndex = next;
  if (SCHEME.test(text)) return true;
  if (!IMAGE_FILE.test(text.slice(Math.max(from, at - 5), at)) || query(from) < at) return false;
  if (run[0] === ' ') return true;
  WORD.lastIndex = next;
  const word = WORD.exec(text)?.[0] ?? '';
  return !PARAMETER.test(word) || IMAGE_FILE.test(word);
}

/** Finds the first `?` or `#` at or behind a place. Remembers it: a cell may have 1 MiB and as many places to ask from. */
function queryFinder(text: string): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) {
      const offset = text.slice(from).search(/[?#]/);
      found = offset < 0 ? text.length : from + offset;
    }
    return found;
  };
}

function separatorOf(run: string): string {
  return /[,;|]/.exec(run)?.[0] ?? /\r\n|[\n\r]/.exec(run)?.[0] ?? ',';
}

const MAX_URL_LENGTH = 8192;
/** URLs that are certainly valid, so that the parser need not see them: most of every file. */
const PLAIN_URL = /^https?:\/\/(?![^/]*xn--)[a-z0-9.-]*\.[a-z]{2,}(?::\d{1,4})?\/[!-~]*$/i;

/** Why a text is not a URL that can be fetched, as the end of a sentence; null when it is one. */
export function urlProblem(text: string): string | null {
  if (text.length > MAX_URL_LENGTH) return `is longer than ${MAX_URL_LENGTH} characters`;
  if (PLAIN_URL.test(text)) return null;
  if (!/^https?:\/\//i.test(text)) return 'is no http(s) URL';
  // The URL parser skips extra slashes: it would take `http:///a.jpg` for the host a.jpg.
  if (!/^https?:\/\/[^/\\?#]/i.test(text)) return 'is a URL without a host';
  return parses(text) ? null : 'is not a valid URL';
}

function parses(text: string): boolean {
  // Once optimised, canParse of Node 20 takes the bytes of a Latin-1 string for UTF-8 and refuses `https://müller.example/`.
  // A character beyond Latin-1, in the fragment where nothing can be wrong, keeps it off that path. (`new URL` would be
  // right too, but throwing takes 20 µs, and a file may have millions of bad URLs.)
  return URL.canParse(/[^\0-\x7f]/.test(text) ? `${text}#\u20ac` : text);
}
