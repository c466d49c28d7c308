// The characters that stand between and around URLs in cells, and how a URL begins.

/** White space within a line and what has no width: soft hyphen, zero width space, direction marks, BOM … */
export const BLANK =
  ' \\u00a0\\u00ad\\u061c\\u1680\\u180e\\u2000-\\u200f\\u202a-\\u202f\\u205f-\\u206f\\u3000\\ufeff';
export const LINE_END = '\\t-\\r\\x85\\u2028\\u2029';
/** Commas and semicolons of all scripts, but for `;`, which also ends an entity (`&amp;`). */
export const COMMA = ',\\u060c\\u061b\\u3001\\ufe50\\ufe51\\ufe54\\uff0c\\uff1b\\uff64';
export const BAR = '|\\uff5c';
export const QUOTE = '"\'`\\u00ab\\u00bb\\u2018-\\u201f\\u2039\\u203a\\u300c-\\u300f<>';
/** What some people put between URLs, and others into file names. */
export const BULLET = '\\^\\u00a6\\u00b7\\u2022\\u30fb';

export const IMAGE_FILE = /\.(?:jpe?g|jfif|png|webp|gif|avif|tiff?|bmp|svg)$/i;

const SCHEME = '[a-z][a-z0-9+.-]*:(?:\\/\\/|\\\\\\\\|\\\\/\\\\/)';
const START = new RegExp(`[([{]*(?:${SCHEME}|\\/\\/[a-z0-9-]+\\.|www\\.[a-z0-9-]|data:image\\/)`, 'iy');

/** Whether a URL begins at a place: with its scheme (however its slashes are written), `//host.`, `www.`, or brackets before. */
export function startsUrl(text: string, at: number): boolean {
  START.lastIndex = at;
  return START.test(text);
}

/** A place in the text of a cell: [start, end). */
export interface Stretch {
  start: number;
  end: number;
}

const AROUND = new RegExp(`[${BLANK}${LINE_END}${QUOTE}${COMMA}${BAR}${BULLET}]`);
const BEHIND = new RegExp(`[.:\\\\;${BLANK}${LINE_END}${QUOTE}${COMMA}${BAR}${BULLET}]`);
const AMPERSAND = /&(?:amp|#38|#x26);$/i;
const OPENERS = /[([{]+/y;
/** ` 2x`, ` 300w` of a srcset; ` -`, ` /`, ` 2)` that people put before the next one. */
const TAIL = new RegExp(`[${BLANK}](?:\\d+(?:\\.\\d+)?[wxh]|\\d{1,3}[.)]|[^\\p{L}\\p{N}]{1,3})$`, 'u');
const TAIL_LENGTH = 12;
/** No TAIL ends so, nor anything else that is cut off. */
const PLAIN_END = /[a-gi-vyz\d]/i;

/** A stretch without what encloses it: blanks, quotes, separators, full stops, brackets that did not open in it. */
export function trimmed(text: string, { start, end }: Stretch): Stretch {
  let from = start;
  let to = end;
  while (from < to && AROUND.test(text[from]!)) from++;
  OPENERS.lastIndex = from;
  if (OPENERS.test(text) && startsUrl(text, from)) from = OPENERS.lastIndex;
  let spare: number | null = null;
  while (to > from) {
    if (PLAIN_END.test(text[to - 1]!)) break;
    const ending = text.slice(Math.max(from, to - TAIL_LENGTH), to);
    const last = ending.at(-1)!;
    const tail = TAIL.exec(ending);
    if (tail) to -= tail[0].length;
    else if (/[)\]}]/.test(last)) {
      spare ??= spareClosers(text.slice(from, to));
      if (spare-- <= 0) break;
      to--;
    } else if (BEHIND.test(last) && !AMPERSAND.test(ending)) to--;
    else break;
  }
  return { start: from, end: to };
}

function spareClosers(text: string): number {
  let spare = 0;
  for (const bracket of text.match(/[()[\]{}]/g) ?? []) spare += /[([{]/.test(bracket) ? -1 : 1;
  return spare;
}
