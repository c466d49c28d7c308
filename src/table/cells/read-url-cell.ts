// The URLs in a cell, in whatever form a shop's export writes them, and where each of them stands.
import { type CellUrl, cellUrl, isPictureItself, plainUrlEnd } from './cell-url.ts';
import { BAR, BLANK, BULLET, COMMA, LINE_END, QUOTE, type Stretch, trimmed } from './marks.ts';
import { readBracketed } from './read-bracketed.ts';
import { isFormula, readFormula } from './read-formula.ts';
import { readHtml } from './read-html.ts';
import { readLiterals } from './read-literals.ts';
import { splitUrlList } from './split-url-list.ts';

export type { CellUrl } from './cell-url.ts';
export { isNoPicture } from './no-picture.ts';
export { writtenUrl } from './written-url.ts';

export interface CellWarning {
  /** `second_url`: another `scheme://` stands inside what was taken for one URL. */
  code: 'second_url';
  message: string;
}

export interface UrlCell {
  /** In their order: position n of the cell is `urls[n - 1]`. */
  urls: readonly CellUrl[];
  /** What stands between the first two, as it came (`, `, `|`, a space, a line end); `,` when there is no second, or no list. */
  separator: string;
  warnings: readonly CellWarning[];
}

export interface UrlCellOptions {
  /** What stands in front of relative paths, or null. */
  baseUrl: string | null;
}

/** Not the `;` of an entity. */
const USUAL_SEPARATOR = /(?:[,|\s]|(?<!&[a-z\d#]{2,6});)[,;|\s]*/iy;
const NO_WARNINGS: readonly CellWarning[] = [];

const SERIALIZED_PHP = /^[ao]:\d+:(?:\{|")/i;
const ENCLOSING = new RegExp(`^[.${QUOTE}\\])}]+|[${QUOTE}([{]+$`, 'g');
const ONLY_SEPARATORS = new RegExp(
  `^(?:[;:${BLANK}${LINE_END}${COMMA}${BAR}${BULLET}]|\\\\[rnt]|<br\\s?/?>|&lt;br\\s?/?&gt;)+$`,
  'i',
);
const A_SEPARATOR = new RegExp(`[;${COMMA}${BAR}]|\\r\\n|[\\r\\n]`);

/** Reads the text of one cell. Time is linear in its length, whatever stands in it. */
export function readUrlCell(text: string, options: UrlCellOptions): UrlCell {
  const plain = readPlainList(text);
  if (plain) return { urls: plain, separator: separatorOf(text, plain), warnings: NO_WARNINGS };
  const urls = readWhole(text, options) ?? readParts(text, options);
  return { urls, separator: separatorOf(text, urls), warnings: warningsOf(urls) };
}

/** URLs without odd characters, and usual separators: most cells of most files, and at a fraction of the time. */
function readPlainList(text: string): CellUrl[] | null {
  const urls: CellUrl[] = [];
  let at = 0;
  while (at < text.length) {
    const end = plainUrlEnd(text, at);
    if (end < 0) return null;
    urls.push({ url: text.slice(at, end), start: at, end, written: 'plain', problem: null, relative: false });
    if (end === text.length) break;
    USUAL_SEPARATOR.lastIndex = end;
    if (!USUAL_SEPARATOR.test(text)) return null;
    at = USUAL_SEPARATOR.lastIndex;
  }
  return urls;
}

/** The forms that take a whole cell. */
function readWhole(text: string, options: UrlCellOptions): CellUrl[] | null {
  const { start, end } = trimmed(text, { start: 0, end: text.length });
  if (start === end) return [];
  const beginning = text.slice(start, start + 100);
  if (isPictureItself(beginning) && !/[\s,;|]https?:\/\//i.test(text))
    return [cellUrl(text, { start, end }, options)];
  if (SERIALIZED_PHP.test(beginning))
    return [refused(text, 'is serialized PHP, in which nothing can be replaced')];
  if (isFormula(text)) {
    const literals = readFormula(text);
    if (literals.length === 0) return [refused(text, 'is a formula without a URL in it')];
    return literals.map(({ stretch, joined }) => {
      const url = cellUrl(text, stretch, options);
      return joined ? { ...url, problem: 'is put together by a formula' } : url;
    });
  }
  if (!/^\s*[[{]/.test(text)) return null;
  return readLiterals(text)?.flatMap((stretch) => oneUrl(text, stretch, options)) ?? null;
}

/** The URL that is alone in a stretch; none when nothing is there. */
function oneUrl(text: string, stretch: Stretch, options: UrlCellOptions & { inHtml?: boolean }): CellUrl[] {
  const inner = trimmed(text, stretch);
  return inner.end > inner.start ? [cellUrl(text, inner, options)] : [];
}

function refused(text: string, problem: string): CellUrl {
  const url = text.trim();
  const start = text.indexOf(url);
  return { url, start, end: start + url.length, written: 'plain', problem, relative: false };
}

/** HTML, names with URLs in brackets, and lists, in any mixture. */
function readParts(text: string, options: UrlCellOptions): CellUrl[] {
  const html = text.includes('<') ? readHtml(text) : null;
  const hasAttributes = html?.some(({ kind }) => kind !== 'text');
  const found: CellUrl[] = [];
  for (const part of html ?? [{ kind: 'text', start: 0, end: text.length }]) {
    if (part.kind === 'text') {
      const urls = readText(text, part, options);
      for (const url of urls) if (!hasAttributes || isAbsolute(url)) found.push(url);
    } else found.push(...oneUrl(text, part, { ...options, inHtml: true }));
  }
  // Tags without a URL of their own, and none between them: it may still stand in one (`style="background: url(…)"`).
  return found.length === 0 && html
    ? readText(text, { start: 0, end: text.length }, options).filter(isAbsolute)
    : found;
}

function readText(cell: string, part: Stretch, options: UrlCellOptions): CellUrl[] {
  const inner = peeled(cell, part);
  const text = cell.slice(inner.start, inner.end);
  const at = ({ start, end }: Stretch) => ({ start: inner.start + start, end: inner.start + end });
  const list = (from: Stretch) =>
    splitUrlList(text.slice(from.start, from.end), options.baseUrl !== null).map(({ start, end }) =>
      cellUrl(cell, at({ start: from.start + start, end: from.start + end }), options),
    );
  const bracketed = /\(/.test(text) ? readBracketed(text) : null;
  if (!bracketed) return list({ start: 0, end: text.length });
  return bracketed.flatMap((piece) =>
    piece.kind === 'url' ? oneUrl(cell, at(piece), options) : list(piece).filter(isAbsolute),
  );
}

/** Without the brackets around a whole list: `[a, b]`, `{a,b}`. */
function peeled(text: string, part: Stretch): Stretch {
  let { start, end } = part;
  while (start < end && /\s/.test(text[start]!)) start++;
  while (start < end && /\s/.test(text[end - 1]!)) end--;
  const pair = `${text[start]}${text[end - 1]}`;
  const isWhole = (pair === '[]' || pair === '{}') && end - start > 1;
  return isWhole && text.indexOf(pair[1]!, start) === end - 1 ? { start: start + 1, end: end - 1 } : part;
}

function isAbsolute({ problem, relative }: CellUrl): boolean {
  return problem === null && !relative;
}

function separatorOf(text: string, [first, second]: CellUrl[]): string {
  if (!first || !second || second.start < first.end) return ',';
  const between = text
    .slice(first.end, second.start)
    .replace(/&(?:nbsp|#160);/gi, ' ')
    .replace(/&(?:quot|#34|apos|#39);/gi, '');
  if (ONLY_SEPARATORS.test(between)) return between;
  const bare = between.replace(ENCLOSING, '');
  if (ONLY_SEPARATORS.test(bare)) return bare;
  return (!bare.includes('<') && A_SEPARATOR.exec(bare)?.[0]) || ',';
}

function warningsOf(urls: CellUrl[]): readonly CellWarning[] {
  const warnings: CellWarning[] = [];
  for (const { url, problem } of urls) {
    const second = problem === null ? url.indexOf('://', 8) : -1;
    if (second < 0) continue;
    const before = url.slice(second - 8, second);
    const scheme = (/https?$/i.exec(before) ?? /[a-z]*$/i.exec(before))?.[0];
    warnings.push({
      code: 'second_url',
      message: `another "${scheme}://" stands inside a URL: is a separator missing?`,
    });
  }
  return warnings.length > 0 ? warnings : NO_WARNINGS;
}
