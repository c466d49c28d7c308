// What stands in one cell: addresses, paths of pictures, a picture itself, a number, or text.
import { isPictureItself } from '../cells/cell-url.ts';

export type CellKind = 'empty' | 'urls' | 'paths' | 'embedded' | 'number' | 'text';

export interface CellLook {
  kind: CellKind;
  /** The addresses of a cell of the kind `urls`, or the paths of one of the kind `paths`. */
  urls: readonly string[];
}

const EMPTY: CellLook = { kind: 'empty', urls: [] };
const EMBEDDED: CellLook = { kind: 'embedded', urls: [] };
const NUMBER: CellLook = { kind: 'number', urls: [] };
const TEXT: CellLook = { kind: 'text', urls: [] };

/** `https://`, `//host.example/`, `www.`: where an address begins. */
const BEGIN = /https?:\/\/|(?<![\w:/.-])\/\/(?=[\w-]+(?:\.[\w-]+)+\/)|(?<![\w/.@-])www\.(?=[\w-]+\.)/gi;
const END = /[\s"'<>|)\]}\\^`]/;
/** Formulas, JSON and HTML: little of such a cell need be the address. */
const MARKUP = /^\s*(?:=|\[|\{|<img)/i;
/** Of a cell without markup, this part at least must be addresses: the rest is labels (`mug.jpg (https://…)`), not prose. */
const MOSTLY = 0.4;
const MOST_URLS = 100;
const PICTURE_END = /\.(?:jpe?g|jfif|png|webp|gif|avif|tiff?|bmp|svg|heic)(?=$|[,;!~:@/&%*])/i;
const DOCUMENT_END = /\.(?:pdf|docx?|xlsx?|zip|mp4|mov|webm|avi|glb|gltf|usdz|stl|dwg)$/i;
const PICTURE_FILE = /[^\s/\\]\.(?:jpe?g|jfif|png|webp|gif|avif|tiff?|bmp|svg|heic)$/i;
const LOCAL_PATH = /^(?:[a-z]:|\\\\|file:)/i;
const NUMERIC = /^\D{0,3}\d[\d.,\s%]*\p{L}{0,3}$/u;
/** `mug.jpg (https://…)`: how Airtable writes attachments. */
const ATTACHMENT = /^[^\n]{1,200}? \(https?:\/\/[^\s()]+\)/i;
const TAG = /<(?!https?:)[a-z/!][^>]{0,2000}>/gi;
const ENTITY = /&#?\w{1,10};/g;

export function lookAt(cell: string): CellLook {
  if (cell === '') return EMPTY;
  const text = cell.trim();
  if (text === '') return EMPTY;
  if (/data:image\//i.test(text.slice(0, 200)) || isPictureItself(text)) return EMBEDDED;
  const urls = urlsOf(text);
  if (urls.length > 0) return holdsMostly(text, urls) ? { kind: 'urls', urls } : TEXT;
  const paths = pathsIn(text);
  if (paths.length > 0) return { kind: 'paths', urls: paths };
  return NUMERIC.test(text) || !/\p{L}/u.test(text) ? NUMBER : TEXT;
}

/** Whether the cell begins with an address, or with what formulas, JSON and HTML begin with: a wrong delimiter leaves more in front. */
export function beginsClean(cell: string): boolean {
  return /^\s*(?:https?:\/\/|\/\/|www\.|=|\[|\{|<|")/i.test(cell) || isAttachment(cell);
}

/** JSON may have its slashes written as `\/`. */
function urlsOf(text: string): string[] {
  const plain = text.includes(':\\/\\/') ? text.replaceAll('\\/', '/') : text;
  return plain.includes('//') || /www\./i.test(plain) ? urlsIn(plain) : [];
}

/** Whether addresses are what the cell is there for. A description in HTML has pictures too, between its words. */
function holdsMostly(text: string, urls: readonly string[]): boolean {
  if (!isHtml(text)) return isMostly(urls, text) || MARKUP.test(text);
  const words = text.replace(TAG, ' ').replace(ENTITY, ' ').trim();
  const between = urlsIn(words);
  return between.length > 0 ? isMostly(between, words) : !/\p{L}/u.test(words);
}

function isMostly(urls: readonly string[], text: string): boolean {
  return urls.reduce((sum, url) => sum + url.length, 0) >= text.length * MOSTLY;
}

export const isHtml = (cell: string): boolean => /<(?!https?:)[a-z]/i.test(cell);

export const isAttachment = (cell: string): boolean => ATTACHMENT.test(cell.trimStart());

function urlsIn(text: string): string[] {
  const starts: number[] = [];
  for (const { index } of text.matchAll(BEGIN)) {
    if (starts.length > 0 && insideAnother(text, starts.at(-1)!, index)) continue;
    if (starts.push(index) === MOST_URLS) break;
  }
  return starts.map((start, at) => {
    const rest = text.slice(start, starts[at + 1] ?? text.length);
    const end = rest.search(END);
    return (end < 0 ? rest : rest.slice(0, end)).replace(/[,;.]{1,8}$/, '');
  });
}

/** `https://cdn.example/fetch/https://…` and `…?src=https://…` are one address; `Red=https://…|Blue=https://…` are two. */
function insideAnother(text: string, start: number, at: number): boolean {
  const before = text[at - 1]!;
  if (/[\w/&?%:-]/.test(before)) return true;
  return before === '=' && /\?[^\s|,;]*$/.test(text.slice(start, at));
}

/** The items of a list of picture files without a host: `/m/u/mug.jpg`, `a~mv2.jpg;b~mv2.jpg`. */
function pathsIn(text: string): string[] {
  if (!PICTURE_FILE.test(text) || LOCAL_PATH.test(text)) return [];
  const items = text.split(/[,;|\n]/, MOST_URLS).map((item) => item.trim());
  return items.every((item) => PICTURE_FILE.test(item)) ? items : [];
}

/** Whether the path of an address ends like a picture's, before its query. */
export const endsLikePicture = (url: string): boolean => PICTURE_END.test(pathOf(url));

export const endsLikeDocument = (url: string): boolean => DOCUMENT_END.test(pathOf(url));

const PICTURE_HOSTS =
  /^(?:cdn\.shopify\.com|res\.cloudinary\.com|static\.wixstatic\.com|images\.squarespace-cdn\.com|i\.ebayimg\.com|i\.etsystatic\.com|i\.imgur\.com|image\.rakuten\.co\.jp|images\.salsify\.com|m\.media-amazon\.com|lh\d\.googleusercontent\.com)$|\.(?:imgix\.net|ssl-images-amazon\.com|airtableusercontent\.com|alicdn\.com|scene7\.com|ebayimg\.com|walmartimages\.com|shopeesz\.com)$|^(?:images?|imgs?|pics?|pictures?|photos?)\d*[.-]/i;

export const isPictureHost = (url: string): boolean => PICTURE_HOSTS.test(partsOf(url).host);

/** Host, first folder and depth: what pictures of one shop share, and its product pages have otherwise. Null for what has no folder. */
export function shapeOf(url: string): string | null {
  const { host, path } = partsOf(url);
  const folders = path.split('/').slice(1, -1);
  return folders.length > 0 ? `${host}/${folders[0]}/${folders.length}` : null;
}

const pathOf = (url: string): string => partsOf(url).path;

function partsOf(url: string): { host: string; path: string } {
  const bare = url.replace(/^(?:https?:)?\/\//i, '').replace(/[?#].*$/s, '');
  const slash = bare.indexOf('/');
  return slash < 0 ? { host: bare, path: '' } : { host: bare.slice(0, slash), path: bare.slice(slash) };
}
