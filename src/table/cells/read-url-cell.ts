// The URLs in a cell, in whatever form a shop's export writes them, and where each of them stands.
import { type CellUrl, cellUrl, isPictureItself } from './cell-url.ts';
import { BAR, BLANK, BULLET, COMMA, LINE_END, QUOTE, type Stretch, startsUrl, trimmed } from './marks.ts';
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

/** One http(s) URL and nothing else, with no character that any form gives a meaning: most cells of most files. */
const ONE_URL = /^https?:\/\/(?![^/]*xn--)[a-z0-9.-]*\.[a-z]{2,}(?::\d{1,4})?\/[\w.~%!$*+@=?&#/-]*(?<!\.)$/i;
const MAX_ONE_URL = 2048;
const NO_WARNINGS: readonly CellWarning[] = [];

const SERIALIZED_PHP = /^[ao]:\d+:(?:\{|")/i;
const ENCLOSING = new RegExp(`^[${QUOTE}\\])}]+|[${QUOTE}([{]+$`, 'g');
const ONLY_SEPARATORS = new RegExp(
  `^(?:[;:${BLANK}${LINE_END}${COMMA}${BAR}${BULLET}]|\\\\[rnt]|<br\\s?/?>)+$`,
  'i',
);
const A_SEPARATOR = new RegExp(`[;${COMMA}${BAR}]|\\r\\n|[\\r\\n]`);

/** Reads the text of one cell. Time is linear in its length, whatever stands in it. */
export function readUrlCell(text: string, options: UrlCellOptions): UrlCell {
  if (text.length <= MAX_ONE_URL && ONE_URL.test(text)) {
    const url = {
      url: text,
      start: 0,
      end: text.length,
      written: 'plain',
      problem: null,
      relative: false,
    } as const;
    return { urls: [url], separator: ',', warnings: NO_WARNINGS };
  }
  const urls = readWhole(text, options) ?? readParts(text, options);
  return { urls, separator: separatorOf(text, urls), warnings: warningsOf(urls) };
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
  return readLiterals(text)?.map((stretch) => cellUrl(text, trimmed(text, stretch), options)) ?? null;
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
    } else found.push(cellUrl(text, trimmed(text, part), { ...options, inHtml: true }));
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
    piece.kind === 'url' ? cellUrl(cell, trimmed(cell, at(piece)), options) : list(piece).filter(isAbsolute),
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
  const between = text.slice(first.end, second.start).replace(ENCLOSING, '');
  return ONLY_SEPARATORS.test(between) ? between : (A_SEPARATOR.exec(between)?.[0] ?? ',');
}

function warningsOf(urls: CellUrl[]): readonly CellWarning[] {
  const warnings: CellWarning[] = [];
  for (const { url, problem } of urls) {
    const second = problem === null ? url.indexOf('://', 8) : -1;
    if (second < 0) continue;
    const scheme = /[a-z][a-z0-9+.-]*$/i.exec(url.slice(Math.max(0, second - 10), second))?.[0] ?? '';
    warnings.push({
      code: 'second_url',
      message: `another "${scheme}://" stands inside a URL: is a separator missing?`,
    });
  }
  return warnings.length > 0 ? warnings : NO_WARNINGS;
}
