// HTML in a cell: `<img src>`, `srcset`, links to pictures, and the text between tags.
import { type Stretch, startsUrl } from './marks.ts';
import { splitUrlList } from './split-url-list.ts';

/** A piece of a cell: the value of an attribute, or text between tags. */
export interface HtmlPart extends Stretch {
  kind: 'picture' | 'link' | 'text';
}

const NAME = /<(?:(\/?)([a-z][a-z0-9:_-]*)(?=[\s/>]|$)|!\[CDATA\[)/iy;
const ATTRIBUTE = /[\s/]*([^\s=>/]*)(\s*=\s*)?/y;
const UNQUOTED = /[^\s>]*/y;
const PICTURE_TAG = /^(?:img|image|source|amp-img)$/;
/** Attributes of such a tag that hold one URL, also where it is loaded only when it comes into sight. */
const SOURCE = /^(?:src|href|xlink:href|data-(?:src|lazy|lazy-src|original|large_image))$/;
const SOURCE_SET = /^(?:data-)?(?:lazy-)?srcset$/;

/**
 * The parts of a cell that may hold its URLs, in their order. Null when there is no tag in it. Where tags have pictures,
 * links (mostly to the product's page) are left out; texts of links always. A tag that never ends is one all the same.
 */
export function readHtml(text: string): HtmlPart[] | null {
  const parts: HtmlPart[] = [];
  let tags = 0;
  let inLink = false;
  let from = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    NAME.lastIndex = at;
    const match = startsUrl(text, at + 1) ? null : NAME.exec(text);
    if (!match) continue;
    tags++;
    if (at > from && !inLink) parts.push({ kind: 'text', start: from, end: at });
    const name = match[2]?.toLowerCase() ?? '';
    from = name === '' ? NAME.lastIndex : readTag(text, NAME.lastIndex, name, parts);
    if (name === 'a') inLink = match[1] === '';
    at = from - 1;
  }
  if (tags === 0) return null;
  if (from < text.length && !inLink) parts.push({ kind: 'text', start: from, end: text.length });
  const hasPicture = parts.some(({ kind }) => kind === 'picture');
  return hasPicture ? parts.filter(({ kind }) => kind !== 'link') : parts;
}

/** Adds the URLs of a tag's attributes. Returns where the tag ends. */
function readTag(text: string, start: number, tag: string, parts: HtmlPart[]): number {
  const own: HtmlPart[] = [];
  let at = start;
  while (at < text.length && text[at] !== '>') {
    ATTRIBUTE.lastIndex = at;
    const [all, name, equals] = ATTRIBUTE.exec(text)!;
    at += all.length;
    if (equals === undefined) continue;
    const value = valueAt(text, at);
    at = value.next;
    if (value.start === value.end) continue;
    const attribute = name!.toLowerCase();
    const isPicture = PICTURE_TAG.test(tag);
    if (isPicture && SOURCE_SET.test(attribute))
      for (const { start: offset, end } of splitUrlList(text.slice(value.start, value.end), false))
        own.push({ kind: 'picture', start: value.start + offset, end: value.start + end });
    else if (isPicture && SOURCE.test(attribute))
      own.push({ kind: 'picture', start: value.start, end: value.end });
    else if (tag === 'a' && attribute === 'href')
      own.push({ kind: 'link', start: value.start, end: value.end });
  }
  // A picture that is loaded later has an empty one in its place until then.
  const real = own.filter(({ start: offset }) => !/^data:/i.test(text.slice(offset, offset + 5)));
  parts.push(...(real.length > 0 ? real : own));
  return Math.min(at + 1, text.length);
}

function valueAt(text: string, at: number): Stretch & { next: number } {
  const quote = text[at];
  const close = quote === '"' || quote === "'" ? text.indexOf(quote, at + 1) : -1;
  if (close >= 0) return { start: at + 1, end: close, next: close + 1 };
  UNQUOTED.lastIndex = at;
  const end = at + UNQUOTED.exec(text)![0].length;
  return { start: at, end, next: end };
}
