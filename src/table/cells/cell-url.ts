// One text of a cell as a URL: what is asked for, and how another would be written in its place.
import { type Stretch, startsUrl } from './marks.ts';
import { urlProblem } from './url-problem.ts';

export interface CellUrl {
  /** The absolute URL to be asked for; the text as written when it is none (a picture itself is cut short). */
  url: string;
  /** Where it stands in the cell's text: [start, end). Replacing exactly this stretch keeps the cell's form. */
  start: number;
  end: number;
  /** How a replacement must be written there: as it is, with `&amp;`, or with `\/`. */
  written: 'plain' | 'html' | 'json';
  /** Why it is no http(s) URL, as the end of a sentence; null when it is one. Never repeats a picture's own data. */
  problem: string | null;
  /** A path without a host: resolved with the base URL, or a problem without one. */
  relative: boolean;
}

interface Reading {
  /** What stands in front of relative paths, or null. */
  baseUrl: string | null;
  /** The text is the value of an HTML attribute. */
  inHtml?: boolean;
}

const IS_PICTURE = 'is a picture itself, not the address of one';
/** The first bytes of PNG, JPEG, GIF, WebP and SVG in base64, and enough behind them that it is no path. */
const BASE64_PICTURE = /^(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|PHN2Z|PD94b)[A-Za-z0-9+/]{32}/;
const AMPERSAND = /&(?:amp|#38|#x26);/gi;
const PATH = /^(?:\.{0,2}[\\/][^\\/]|[^\s]+[\\/][^\s])|\.[a-z][a-z0-9]{1,4}(?:[?#]|$)/i;

/** What is no http(s) URL by its beginning, and the end of the sentence that says so. */
const OTHERS: readonly [RegExp, string][] = [
  [/^https?(?:[\\/]{1,2}|:[\\/]?(?![\\/]))\S/i, 'is no http(s) URL: "://" must stand behind http or https'],
  [/^(?:file:|[a-z]:[\\/]|\\\\)/i, 'is a file on a computer, not an http(s) URL'],
  [/^[a-z][a-z0-9+.-]*:/i, 'is no http(s) URL'],
];

/** Whether a text begins as a picture itself does: a `data:` URL, or bare base64. */
export function isPictureItself(text: string): boolean {
  return /^data:/i.test(text) || BASE64_PICTURE.test(text);
}

/** Reads the text at a stretch of a cell. */
export function cellUrl(
  cell: string,
  { start, end }: Stretch,
  { baseUrl, inHtml = false }: Reading,
): CellUrl {
  const raw = cell.slice(start, end);
  const place = { start, end, written: 'plain' as CellUrl['written'], relative: false };
  if (isPictureItself(raw)) {
    const [shown] = /^data:[\w/+.-]{0,40}|^.{0,8}/i.exec(raw)!;
    return { ...place, url: `${shown}…`, problem: IS_PICTURE };
  }
  const text = decoded(raw);
  if (raw.includes('\\') && text !== raw && !raw.startsWith('\\\\')) place.written = 'json';
  else if (AMPERSAND.test(raw) || (inHtml && !raw.includes('&'))) place.written = 'html';
  AMPERSAND.lastIndex = 0;
  const absolute = absoluteUrl(text);
  if (absolute !== null) return { ...place, url: absolute, problem: urlProblem(absolute) };
  const other = OTHERS.find(([pattern]) => pattern.test(text));
  if (other) return { ...place, url: text, problem: other[1] };
  if (!PATH.test(text) && (baseUrl === null || /\s/.test(text)))
    return { ...place, url: text, problem: 'is no http(s) URL' };
  if (baseUrl === null)
    return {
      ...place,
      url: text,
      problem: 'is a relative path: base_url says what stands before it',
      relative: true,
    };
  const url = joined(baseUrl, text);
  return { ...place, url, problem: urlProblem(url), relative: true };
}

/** The text without escapes: JSON's where slashes are escaped, HTML's ampersand anywhere. */
function decoded(raw: string): string {
  const plain = /^(?:https?:)?(?:\\\/){2}|\\\/|\\u[0-9a-f]{4}/i.test(raw) ? withoutEscapes(raw) : raw;
  return plain.replace(AMPERSAND, '&').replaceAll('\u00a0', ' ');
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi, (_, u, x, other) =>
    other === undefined ? String.fromCharCode(Number.parseInt(u ?? x, 16)) : other,
  );
}

function absoluteUrl(text: string): string | null {
  if (/^https?:(?:\/\/|\\\\)/i.test(text)) return text.includes('\\') ? text.replaceAll('\\', '/') : text;
  if (/^\/\/[^/]/.test(text)) return `https:${text}`;
  return /^www\./i.test(text) && startsUrl(text, 0) ? `https://${text}` : null;
}

/** What the base URL says stands in front of a path, with one slash between them: no resolving, `/m/u.jpg` is below it too. */
function joined(baseUrl: string, path: string): string {
  let end = baseUrl.length;
  while (baseUrl[end - 1] === '/') end--;
  return `${baseUrl.slice(0, end)}/${path.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '')}`;
}
