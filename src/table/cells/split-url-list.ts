// A list of URLs as people write it: where one ends and the next begins.
import {
  BAR,
  BLANK,
  BULLET,
  COMMA,
  IMAGE_FILE,
  LINE_END,
  QUOTE,
  type Stretch,
  startsUrl,
  trimmed,
} from './marks.ts';

/** `;` that does not end the entity of an ampersand. */
const SEMICOLON = '(?<!&(?:amp|#38|#x26));';
const WRITTEN_BLANK = '&(?:nbsp|#160|quot|#34|apos|#39);';
const TAG = '\\[\\/?(?:img|url)(?:=[^\\][]{0,200})?\\]|&lt;br\\s?\\/?&gt;';
/** `::`, and line ends written as `\n`: only where a URL follows. */
const BEFORE_URL = '(?:::|\\\\r|\\\\n|\\\\t){1,4}(?=\\s{0,4}(?:https?:|\\/\\/|www\\.))';

/** Everything that may stand between two URLs. */
const RUN = new RegExp(
  `(?:${TAG}|${WRITTEN_BLANK}|${BEFORE_URL}|[${BLANK}${LINE_END}${COMMA}${BAR}${QUOTE}${BULLET}]+|${SEMICOLON})+`,
  'gi',
);
/** What ends a text wherever it stands. */
const HARD = new RegExp(
  `[${LINE_END}${BAR}]|${TAG}|[;${COMMA}][${BLANK}"'${QUOTE}]|[${BLANK}${QUOTE}][;${COMMA}]|&(?:nbsp|#160);`,
  'i',
);
const ONLY_BLANK = new RegExp(`^[${BLANK}]`);
/** What follows a separator, up to the next sign that ends a path segment. */
const WORD = new RegExp(`[^/?#;${COMMA}${BAR}${LINE_END}${BLANK}${QUOTE}]*`, 'y');
/** `w_300`, `v=2`, `100x100`: what image services write behind a comma or semicolon. */
const PARAMETER = /^(?:[a-z]{1,12}(?:[_=]|:(?=\w))|[a-z]{0,3}\d)/i;
/** `2x`, `300w` of a srcset. */
const DESCRIPTOR = /^\d+(?:\.\d+)?[wxh]$/;
/** `Ocean=` before a URL, as some shops name the variant of a picture; only the first URL may have a parameter's name. */
const NAMED = /[^/?#=|\n]{1,60}=(?=https?:[/\\])/iy;
const PARAMETER_NAME = /^[a-z\d_.-]+=$/;
const LONGEST_LABEL = 60;
const LABEL = /(?:[:=：＝]|^\d{1,3}[.)])$/;

/**
 * Splits a list into the texts that should be URLs. Commas and spaces occur inside URLs too, so:
 * - a tab, a line end, `|`, `<br>`, and a comma or semicolon beside white space or a quote always separate;
 * - a comma, a semicolon (of any script), a space or what people else put between separates when a URL follows
 *   (`scheme://`, `//host.`, `www.`); otherwise it belongs to the URL (`…/w_300,h_200/1.jpg`, `…/my photo.jpg`);
 * - except behind the name of an image file, where a list is meant: in `…/1.jpg,foo` and `…/1.jpg foo` the `foo` is a
 *   text of its own. Behind a comma or semicolon a parameter (`…/1.jpg,w_300`, `…/1.jpg;v=2`) still belongs to the URL.
 *
 * Separators at the ends and empty places between them (`a,,b`) count for nothing, so positions number the URLs. The
 * same URL twice is two positions. `names`: texts may be names without a path, which every comma separates.
 */
export function splitUrlList(text: string, names: boolean): Stretch[] {
  const found: Stretch[] = [];
  const query = queryFinder(text);
  let from = 0;
  RUN.lastIndex = 0;
  for (let match = RUN.exec(text); match; match = RUN.exec(text)) {
    const run = match[0];
    const at = match.index;
    const next = at + run.length;
    if (at === from) from = next;
    else if (next === text.length || separates({ text, from, at, run, query, names })) {
      if (!isLabel(text, from, at, next)) add(found, text, { start: from, end: at });
      from = next;
    }
  }
  if (from < text.length) add(found, text, { start: from, end: text.length });
  return found;
}

interface Place {
  text: string;
  /** Where the text that may end here began. */
  from: number;
  /** Where the run of separator characters is. */
  at: number;
  run: string;
  query(from: number): number;
  names: boolean;
}

/** Whether a run of separator characters ends the text before it. */
function separates({ text, from, at, run, query, names }: Place): boolean {
  if (run !== ',' && HARD.test(run)) return true;
  const next = at + run.length;
  if (startsUrl(text, next)) return true;
  if (isNamed(text, from, next)) return true;
  const isBlank = ONLY_BLANK.test(run);
  if (!isBlank && text[from] === '/' && text[next] === '/') return true;
  if (names && !isBlank && !text.slice(from, Math.min(at, from + 200)).includes('/')) return true;
  if (!IMAGE_FILE.test(text.slice(Math.max(from, at - 5), at)) || query(from) < at) return false;
  WORD.lastIndex = next;
  const { end } = trimmed(text, { start: next, end: next + WORD.exec(text)![0].length });
  const word = text.slice(next, end);
  if (isBlank) return !DESCRIPTOR.test(word);
  return !PARAMETER.test(word) || IMAGE_FILE.test(word);
}

function isNamed(text: string, from: number, next: number): boolean {
  NAMED.lastIndex = next;
  const name = NAMED.exec(text)?.[0];
  if (name === undefined) return false;
  NAMED.lastIndex = from;
  return !PARAMETER_NAME.test(name) || NAMED.test(text);
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

/** `Front:`, `2.` before a URL. */
function isLabel(text: string, from: number, at: number, next: number): boolean {
  if (at - from > LONGEST_LABEL) return false;
  const part = text.slice(from, at);
  return LABEL.test(part) && !part.includes('/') && startsUrl(text, next);
}

/** Takes a text into the list without what encloses it, and without the name before its URL (`Ocean=https://…`). */
function add(found: Stretch[], text: string, stretch: Stretch): void {
  const { start, end } = trimmed(text, stretch);
  const part = text.slice(start, end);
  if (!/[\p{L}\p{N}]/u.test(part)) return;
  const scheme = startsUrl(part, 0) ? 0 : part.search(/https?:[/\\]/i);
  const name = scheme > 0 ? part.slice(0, scheme) : '';
  if (!/^[^/?]*[=:(：＝→]$/.test(name)) {
    found.push({ start, end });
    return;
  }
  // A name may hold commas: `Sand, light=https://…`.
  let before = start;
  for (let last = found.at(-1); last && name.endsWith('='); last = found.at(-1)) {
    if (/[/\t-\r|]/.test(text.slice(last.start, before))) break;
    before = last.start;
    found.pop();
  }
  found.push(trimmed(text, { start: start + scheme, end }));
}
