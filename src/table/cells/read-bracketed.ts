// URLs in brackets behind a name: `mug.jpg (https://…)` of Airtable, `![Mug](…)` of Markdown, `url(…)` of CSS.
import type { Stretch } from './marks.ts';

/** A piece of a text: what is in the brackets, or what stands between such. */
export interface BracketedPart extends Stretch {
  kind: 'url' | 'between';
}

const MARK = /!\[[^\][]*\]\(|\]\(|\burl\(|(?<=\s)\((?=https?:[\\/]|\/\/[a-z0-9-]+\.|www\.)/gi;

/** The pieces of a text in their order; null when nothing in it is written so. */
export function readBracketed(text: string): BracketedPart[] | null {
  const urls: { mark: number; url: Stretch; close: number; isLink: boolean }[] = [];
  let hasImage = false;
  MARK.lastIndex = 0;
  for (let match = MARK.exec(text); match; match = MARK.exec(text)) {
    const start = MARK.lastIndex;
    const close = closeOf(text, start);
    if (close < 0) break;
    hasImage ||= match[0].startsWith('!');
    const url = { start, end: start + lengthOf(text.slice(start, close)) };
    urls.push({ mark: match.index, url, close, isLink: match[0] === '](' });
    MARK.lastIndex = close;
  }
  if (urls.length === 0) return null;
  const parts: BracketedPart[] = [];
  let from = 0;
  for (const { mark, url, close, isLink } of urls) {
    // The label of a link may be a URL too: it is shown, not asked for.
    const label = isLink ? text.slice(from, mark).lastIndexOf('[') : -1;
    const end = label < 0 ? mark : from + label;
    if (end > from) parts.push({ kind: 'between', start: from, end });
    if (!(isLink && hasImage)) parts.push({ kind: 'url', ...url });
    from = close + 1;
  }
  if (from < text.length) parts.push({ kind: 'between', start: from, end: text.length });
  return parts;
}

/** Where the bracket closes that opened before `from`; -1 when it does not. URLs may have pairs of brackets of their own. */
function closeOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && depth-- === 0) return at;
  }
  return -1;
}

/** Markdown may have a title behind the URL: `(https://… "Mug")`. */
function lengthOf(inner: string): number {
  const title = inner.search(/\s["']/);
  return title > 0 && inner.slice(0, title).trim() !== '' ? title : inner.length;
}
