// JSON in a cell, and what other languages write like it: `["…","…"]`, `[{"src":"…"}]`, `['…', '…']`.
import { type Stretch, startsUrl } from './marks.ts';

/** Keys of an object that name its picture, the best first. */
const PICTURE_KEYS = [
  /^(?:src|(?:image|img|original|transformed)(?:src|url))$/,
  /^(?:image|img|picture|photo|foto)s?$/,
  /^urls?$/,
  /(?:url|src|image)$/,
];
const NO_PICTURE_KEY = PICTURE_KEYS.length;

const TOKEN =
  /\s*(?:([[\]{},:])|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"|'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|([\w$.+-]+))/y;
const CONSTANT = /^(?:[+-]?[\d.]+(?:e[+-]?\d+)?|true|false|null|none|nan|undefined)$/i;
const COLON = /\s*:/y;

/** An array or object that is open. */
interface Frame {
  closer: ']' | '}';
  /** Where in the list of texts those of this value begin. */
  from: number;
  /** Every text in this array counts, not only what is a URL beyond doubt. */
  all: boolean;
  /** An object around it has its picture under a better key. */
  muted: boolean;
  /** Of the best key so far. */
  rank: number;
  key: string | null;
}

/**
 * The texts in it that should be URLs: all texts of a list; of an object what its best key has, or all URLs in it when
 * no key names a picture. Null when it is not well formed, or holds no text at all.
 */
export function readLiterals(text: string): Stretch[] | null {
  const found: Stretch[] = [];
  const frames: Frame[] = [];
  const length = text.trimEnd().length;
  let texts = 0;
  let at = 0;
  do {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) return null;
    at = TOKEN.lastIndex;
    const [, sign, double, single, bare] = token;
    const value = double ?? single;
    const frame = frames.at(-1);
    if (sign === '[' || sign === '{') frames.push(open(sign, frame, found));
    else if (!frame) return null;
    else if (sign === ']' || sign === '}') {
      if (frames.pop()?.closer !== sign) return null;
    } else if (sign === ',') frame.key = null;
    else if (sign === undefined) {
      COLON.lastIndex = at;
      if (frame.closer === '}' && frame.key === null) {
        if (!COLON.test(text)) return null;
        frame.key = value ?? bare!;
      } else if (value !== undefined) {
        texts++;
        take(found, text, { start: at - 1 - value.length, end: at - 1 }, frame);
      } else if (!CONSTANT.test(bare!)) return null;
    }
  } while (frames.length > 0 && at < length);
  return frames.length === 0 && at >= length && texts > 0 ? found : null;
}

function open(sign: '[' | '{', parent: Frame | undefined, found: Stretch[]): Frame {
  const rank = parent?.closer === '}' ? rankOf(parent.key) : NO_PICTURE_KEY;
  const muted =
    parent !== undefined && (parent.muted || (parent.closer === '}' && !outranks(found, parent, rank)));
  const all =
    sign === '[' && (parent ? rank < NO_PICTURE_KEY || (parent.closer === ']' && parent.all) : true);
  const closer = sign === '[' ? ']' : '}';
  return { closer, from: found.length, all, muted, rank: NO_PICTURE_KEY, key: null };
}

function take(found: Stretch[], text: string, stretch: Stretch, frame: Frame): void {
  if (stretch.start === stretch.end || frame.muted) return;
  if (frame.closer === ']') {
    if (frame.all || isUrl(text, stretch)) found.push(stretch);
    return;
  }
  const rank = rankOf(frame.key);
  if ((rank < NO_PICTURE_KEY || isUrl(text, stretch)) && outranks(found, frame, rank)) found.push(stretch);
}

/** Whether a key of this rank counts in an object. A better one drops what the worse have brought. */
function outranks(found: Stretch[], frame: Frame, rank: number): boolean {
  if (rank > frame.rank) return false;
  if (rank < frame.rank) found.length = frame.from;
  frame.rank = rank;
  return true;
}

function rankOf(key: string | null): number {
  const letters = (key ?? '').toLowerCase().replace(/[^a-z]/g, '');
  const index = PICTURE_KEYS.findIndex((pattern) => pattern.test(letters));
  return index < 0 ? NO_PICTURE_KEY : index;
}

function isUrl(text: string, { start }: Stretch): boolean {
  return startsUrl(text, start) && !/[([{]/.test(text[start]!);
}
