// The columns that somebody named: a header's text, a /pattern/, or #N.
import { RE2JS, RE2JSException } from 're2js';
import { plain } from './words.ts';

/** What a given text finds in a header; `fault` says, as the end of a sentence, why a pattern could not be tried. */
export interface Found {
  columns: readonly number[];
  fault: string | null;
}

const PATTERN = /^\/(.+)\/i?$/s;
const NUMBER = /^#(\d{1,6})$/;
export const isPattern = (given: string): boolean => PATTERN.test(given.trim());

export const isNumber = (given: string): boolean => NUMBER.test(given.trim());

/** Looks for the text as it is, then as a pattern or a number, then without case, spaces and punctuation. */
export function findColumns(header: readonly string[], given: string): Found {
  const text = given.trim();
  const exact = matching(header, (cell) => cell === text);
  if (exact.length > 0) return { columns: exact, fault: null };
  const source = PATTERN.exec(text)?.[1];
  if (source !== undefined) return findPattern(header, source);
  const number = NUMBER.exec(text)?.[1];
  if (number !== undefined) {
    const index = Number(number) - 1;
    return { columns: index >= 0 && index < header.length ? [index] : [], fault: null };
  }
  const wanted = plain(text);
  return { columns: matching(header, (cell) => plain(cell) === wanted), fault: null };
}

/** RE2's syntax, in time linear in the header whatever the pattern is: it comes from strangers. */
function findPattern(header: readonly string[], source: string): Found {
  try {
    const pattern = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
    return { columns: matching(header, (cell) => pattern.matcher(cell).find()), fault: null };
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown;
    return { columns: [], fault: 'is no valid pattern' };
  }
}

function matching(header: readonly string[], fits: (cell: string) => boolean): number[] {
  return header.flatMap((cell, index) => (fits(cell) ? [index] : []));
}
