// The columns that somebody named: a header's text, a /pattern/, or #N.
import { createContext, Script } from 'node:vm';
import { plain } from './words.ts';

/** What a given text finds in a header; `fault` says, as the end of a sentence, why a pattern could not be tried. */
export interface Found {
  columns: readonly number[];
  fault: string | null;
}

const PATTERN = /^\/(.+)\/i?$/s;
const NUMBER = /^#(\d{1,6})$/;
const MOST_OF_A_HEADER = 300;
/** A pattern may be written so that it needs years. V8 looks at this limit while it matches, which nothing but `vm` can set. */
const PATTERN_MS = 200;
const TRY = new Script(
  'const found = []; const pattern = new RegExp(source, "i"); headers.forEach((header, index) => { if (pattern.test(header)) found.push(index); }); found.join()',
);

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

function findPattern(header: readonly string[], source: string): Found {
  const headers = header.map((cell) => cell.slice(0, MOST_OF_A_HEADER));
  try {
    const found = String(
      TRY.runInContext(createContext({ source, headers }), { timeout: PATTERN_MS, breakOnSigint: false }),
    );
    return { columns: found === '' ? [] : found.split(',').map(Number), fault: null };
  } catch (thrown) {
    // Errors that come out of `vm` are not of this realm: `instanceof` does not know them.
    const slow = (thrown as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    return { columns: [], fault: slow ? 'takes too long to match' : 'is no valid pattern' };
  }
}

function matching(header: readonly string[], fits: (cell: string) => boolean): number[] {
  return header.flatMap((cell, index) => (fits(cell) ? [index] : []));
}

const MOST_COMPARED = 2_000;

/** The header cell that is spelled most like a text; null when none is near. */
export function nearestSpelling(header: readonly string[], given: string): string | null {
  const wanted = plain(given).slice(0, 60);
  let best: { cell: string; steps: number } | null = null;
  for (const cell of header.slice(0, MOST_COMPARED)) {
    const text = plain(cell).slice(0, 60);
    if (text === '') continue;
    const steps = text.includes(wanted) || wanted.includes(text) ? 1 : stepsBetween(text, wanted);
    if (best === null || steps < best.steps) best = { cell, steps };
  }
  return best !== null && best.steps <= Math.max(2, wanted.length / 3) ? best.cell : null;
}

/** Levenshtein distance. */
function stepsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++)
      row.push(Math.min(above[j + 1]! + 1, row[j]! + 1, above[j]! + (a[i] === b[j] ? 0 : 1)));
    above = row;
  }
  return above[b.length]!;
}
