// The encodings of text files, and lossless text to readable text and back. Lossless text is a string that turns back into
// exactly the bytes it came from: one char per byte (latin1) in the 8-bit encodings, one char per code unit in UTF-16.
// Delimiters, quotes and line ends are ASCII and look the same in all of them, so a file is scanned and written as
// lossless text, and only the cells that somebody reads are decoded.
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { ENCODINGS, type TextEncoding } from './encoding-list.ts';

export type { TextEncoding };

/** Names that people and programs use and the Encoding Standard does not know. */
const ALIASES: Record<string, TextEncoding> = {
  ansi: 'windows-1252',
  'mac-roman': 'macintosh',
  macroman: 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  'utf8-bom': 'utf-8',
};

export const ENCODING_NAMES = Object.keys(ENCODINGS) as TextEncoding[];

/** The encoding that a label names (WHATWG Encoding Standard, and what else is in use); null when there is none here. */
export function encodingOf(label: string): TextEncoding | null {
  const plain = label
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  const alias = ALIASES[plain];
  if (alias) return alias;
  for (const spelling of [label, plain]) {
    try {
      const { encoding } = new TextDecoder(spelling);
      if (encoding in ENCODINGS) return encoding as TextEncoding;
    } catch {}
  }
  return null;
}

export const isWide = (encoding: TextEncoding): boolean => ENCODINGS[encoding] === 'wide';
/** Whether the bytes of a character may hold a `|`. */
export const mayHoldPipes = (encoding: TextEncoding): boolean => ENCODINGS[encoding] === 'several';

/**
 * Bytes 0x80 to 0x9f of Windows-1252 as the WHATWG has it: every byte is a character, so the way back is exact. The other
 * bytes are Latin-1. (Node 20's TextDecoder reads these 32 as Latin-1 too.)
 */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

export const NON_ASCII = /[^\0-\x7f]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Whether lossless text of an 8-bit file is UTF-8. */
export const isUtf8Text = (lossless: string): boolean => isUtf8(Buffer.from(lossless, 'latin1'));

const fromWindows1252 = (lossless: string): string =>
  lossless.replace(/[\x80-\x9f]/g, (byte) => WINDOWS_1252[byte.charCodeAt(0) - 0x80]!);

const decoders = new Map<TextEncoding, TextDecoder>();
function decoderOf(encoding: TextEncoding): TextDecoder {
  const known = decoders.get(encoding) ?? new TextDecoder(encoding);
  decoders.set(encoding, known);
  return known;
}

/** Reads lossless text of one cell. What the encoding cannot read becomes U+FFFD. */
export function decodeText(lossless: string, encoding: TextEncoding): string {
  if (!NON_ASCII.test(lossless)) return lossless;
  switch (ENCODINGS[encoding]) {
    case 'wide':
      return lossless.replace(LONE_SURROGATE, '\ufffd');
    case 'cell': {
      const bytes = Buffer.from(lossless, 'latin1');
      return isUtf8(bytes) ? bytes.toString('utf8') : fromWindows1252(lossless);
    }
    default:
      if (encoding === 'windows-1252') return fromWindows1252(lossless);
      return decoderOf(encoding).decode(Buffer.from(lossless, 'latin1'));
  }
}

/**
 * Where in lossless text the char at `index` of the decoded text begins; the text's length for the place behind its last.
 * `decoded` is what `decodeText` made of `lossless`.
 */
export function losslessPlaces(
  lossless: string,
  decoded: string,
  encoding: TextEncoding,
): (index: number) => number {
  // One char each: ASCII, UTF-16 (a lone surrogate is replaced by one char), every encoding of one byte.
  if (lossless.length === decoded.length) return (index) => index;
  const places = new Uint32Array(decoded.length + 1);
  if (ENCODINGS[encoding] === 'cell') {
    let at = 0;
    for (let index = 0; index < decoded.length; index++) {
      places[index] = at;
      const unit = decoded.charCodeAt(index);
      // The two halves of a surrogate pair stand for four bytes together.
      at += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit < 0xe000 ? 2 : 3;
    }
  } else {
    const decoder = new TextDecoder(encoding);
    const bytes = Buffer.from(lossless, 'latin1');
    let index = 0;
    let begun = 0;
    for (let at = 0; at < bytes.length; at++) {
      const text = decoder.decode(bytes.subarray(at, at + 1), { stream: true });
      for (let unit = 0; unit < text.length && index < decoded.length; unit++) places[index++] = begun;
      if (text !== '') begun = at + 1;
    }
    places.fill(begun, index);
  }
  places[decoded.length] = lossless.length;
  return (index) => places[index]!;
}

/** Our own text as lossless text of a file. What the encoding does not have becomes `?`. */
export function encodeText(text: string, encoding: TextEncoding): string {
  if (!NON_ASCII.test(text) || isWide(encoding)) return text;
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8').toString('latin1');
  return Array.from(text, (char) => {
    if (/^[\0-\x7f]$/.test(char)) return char;
    if (encoding !== 'windows-1252') return '?';
    const place = WINDOWS_1252.indexOf(char);
    if (place >= 0) return String.fromCharCode(0x80 + place);
    return /^[\xa0-\xff]$/.test(char) ? char : '?';
  }).join('');
}

/** The bytes that lossless text stands for. */
export function toBytes(lossless: string, encoding: TextEncoding): Buffer {
  if (encoding === 'utf-16be') return Buffer.from(lossless, 'utf16le').swap16();
  return Buffer.from(lossless, encoding === 'utf-16le' ? 'utf16le' : 'latin1');
}
