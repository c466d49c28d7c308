// How a file separates and quotes its cells, and with that what its columns are: each possible way is tried on its head,
// and the one under which most is recognised is taken.
import { recognise } from '../recognise/recognise.ts';
import type { Recognised, Wanted } from '../recognise/types.ts';
import type { Dialect } from '../shape.ts';
import { mayHoldPipes, type TextEncoding } from './encodings.ts';
import { readHead, type TextHead } from './head.ts';
import type { Quoting } from './scan.ts';

export interface Detected {
  dialect: Dialect;
  head: TextHead;
  recognised: Recognised;
}

const DELIMITERS = [',', ';', '\t', '|'];
const SEP_LINE = /^"?sep=([^\w\s"]|\t)"?(?:\r\n|\r|\n|$)/i;

/** `text` is the head of a file, lossless text behind the BOM. */
export function detect(
  text: string,
  { encoding, complete, wanted }: { encoding: TextEncoding; complete: boolean; wanted: Wanted },
): Detected {
  const sep = SEP_LINE.exec(text);
  const possible = sep
    ? [sep[1]!]
    : DELIMITERS.filter((delimiter) => delimiter !== '|' || !mayHoldPipes(encoding));
  const tried = possible.map((delimiter): Detected => {
    const read = (quoting: Quoting): Detected => {
      const dialect = { delimiter, quoting, sep_line: sep !== null };
      const head = headUnder(dialect, text, { encoding, complete });
      return { dialect, head, recognised: recognise(head, wanted) };
    };
    const quoted = read('rfc4180');
    if (delimiter !== '\t' || !text.includes('"')) return quoted;
    // Feeds in tab files do not quote: a quote there is an inch, or a word in quotes.
    const unquoted = read('none');
    if (quoted.head.brokenQuotes) return unquoted;
    if (quoted.recognised.layout?.strict || !unquoted.recognised.layout) return quoted;
    return asWide(unquoted) > asWide(quoted) ? unquoted : quoted;
  });
  // Nothing but delimiters is an empty file, whatever else could be read into them.
  const empty = tried.find(({ head }) => head.rows.length === 0);
  if (empty) return empty;
  return tried.reduce((best, next) => (isBetter(rankOf(next), rankOf(best)) ? next : best));
}

/** The head of a file whose dialect is known. */
export function headUnder(
  { sep_line, ...dialect }: Dialect,
  text: string,
  options: { encoding: TextEncoding; complete: boolean },
): TextHead {
  const sep = sep_line ? SEP_LINE.exec(text) : null;
  const head = readHead(text.slice(sep?.[0].length ?? 0), { ...dialect, ...options });
  return sep ? { ...head, lines: head.lines.map((line) => line + 1) } : head;
}

/** Rows as wide as the header: quotes that are none swallow delimiters and line ends. */
function asWide(detected: Detected): number {
  const width = headerWidth(detected);
  return detected.head.rows.filter(({ cells }) => cells.length === width).length;
}

/** What counts for a dialect, the weightiest first. A table of one column is the last to be believed. */
const rankOf = ({ recognised, head }: Detected): number[] => [
  Number(recognised.score > 0 && headerWidth({ recognised, head }) > 1),
  recognised.score,
  widthOf(head),
];

function headerWidth({ recognised, head }: Pick<Detected, 'recognised' | 'head'>): number {
  const header = head.rows.find(({ record }) => record === recognised.layout?.headerRow) ?? head.rows[0];
  return header?.cells.length ?? 0;
}

function isBetter(rank: readonly number[], than: readonly number[]): boolean {
  const at = rank.findIndex((value, index) => value !== than[index]);
  return at >= 0 && rank[at]! > than[at]!;
}

/** Cells of the head together: a delimiter that is none splits little. */
const widthOf = ({ rows }: TextHead): number => rows.reduce((sum, { cells }) => sum + cells.length - 1, 0);
