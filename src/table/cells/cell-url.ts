// One text of a cell as a URL: what is asked for, and how another would be written in its place.
import { type Stretch, startsUrl } from './marks.ts';
import { isNoPicture } from './no-picture.ts';
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

/** What is said of a picture that stands in a cell itself. */
export const IS_PICTURE = 'is a picture itself, not the address of one';
/** The first bytes of PNG, JPEG, GIF, WebP and SVG in base64, and enough behind them that it is no path. */
const BASE64_PICTURE = /^(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|PHN2Z|PD94b)[A-Za-z0-9+/]{32}/;
const AMPERSAND = /&(?:amp|#38|#x26);/gi;
const AMPERSAND_ONCE = new RegExp(AMPERSAND.source, 'i');
const ESCAPE = /\\\/|\\u[0-9a-f]{4}/i;
const ON_A_COMPUTER = /^(?:file:|[a-z]:[\\/]|\\\\)/i;
const PATH = /^(?:\.{0,2}[\\/][^\\/]|[^\s]+[\\/][^\s])|\.[a-z][a-z0-9]{1,4}(?:[?#]|$)/i;

/** What is no http(s) URL by its beginning, and the end of the sentence that says so. */
const OTHERS: readonly [RegExp, string][] = [
  [/^https?(?:[\\/]{2}|:[\\/]?(?![\\/]))\S/i, 'is no http(s) URL: "://" must stand behind http or https'],
  [ON_A_COMPUTER, 'is a file on a computer, not an http(s) URL'],
  [/^[a-z][a-z0-9+.-]*:/i, 'is no http(s) URL'],
];

/** A URL that is certainly valid, with no character that any form of cell gives a meaning. */
const PLAIN_URL = /https?:\/\/(?![^/]*xn--)[a-z0-9.-]*\.[a-z]{2,}(?::\d{1,4})?\/[\w.~%!$*+@=?&#/-]*(?<!\.)/iy;
const MAX_PLAIN_URL = 2048;

/** Where the URL ends that begins at a place, when it is one without odd characters; -1 when not. */
export function plainUrlEnd(text: string, at: number): number {
  PLAIN_URL.lastIndex = at;
  const end = PLAIN_URL.test(text) ? PLAIN_URL.lastIndex : -1;
  return end - at <= MAX_PLAIN_URL ? end : -1;
}

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
  if (plainUrlEnd(raw, 0) === raw.length)
    return { ...place, url: raw, written: inHtml && !raw.includes('&') ? 'html' : 'plain', problem: null };
  if (isPictureItself(raw)) {
    const [shown] = /^data:[\w/+.-]{0,40}|^.{0,8}/i.exec(raw)!;
    return { ...place, url: `${shown}…`, problem: IS_PICTURE };
  }
  const isEscaped = ESCAPE.test(raw) && !ON_A_COMPUTER.test(raw);
  const unescaped = isEscaped ? withoutEscapes(raw) : raw;
  const text = unescaped.replace(AMPERSAND, '&').replaceAll('\u00a0', ' ');
  if (isEscaped) place.written = 'json';
  else if (inHtml ? !/&(?!amp;|#)/i.test(raw) : AMPERSAND_ONCE.test(raw)) place.written = 'html';
  const absolute = absoluteUrl(text);
  if (absolute !== null) return { ...place, url: absolute, problem: urlProblem(absolute) };
  const other = OTHERS.find(([pattern]) => pattern.test(text));
  if (other) return { ...place, url: text, problem: other[1] };
  if (isNoPicture(text) || (!PATH.test(text) && (baseUrl === null || /\s/.test(text))))
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

/** JSON's text: some write `\/` for a slash, and `\u0026` for an ampersand. */
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
