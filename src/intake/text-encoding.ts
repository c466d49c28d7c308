// Bytes <-> lossless text. Lossless text is a string that turns back into exactly the bytes it came from: one char per
// byte (latin1) in the 8-bit encodings, one char per code unit in UTF-16. Delimiters, quotes and line ends are ASCII and
// look the same in both, so the CSV is scanned and written as lossless text, and only the few cells somebody reads are
// decoded.
import { isUtf8 } from 'node:buffer';

export type CsvEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/** What the first bytes of a file tell. `8-bit` is UTF-8 or Windows-1252: only the whole file can say which. */
export interface Sniffed {
  encoding: '8-bit' | 'utf-16le' | 'utf-16be';
  bom: boolean;
  /** Set when the file is no text at all: what it is instead, as the end of a sentence. */
  binary: string | null;
}

const startsWith = (head: Buffer, hex: string): boolean => head.toString('hex', 0, hex.length / 2) === hex;

/** Formats that people upload in place of a CSV, by their first bytes (hex). */
const BINARY: readonly [hex: string, what: string][] = [
  ['504b0304', 'an Excel workbook (or another ZIP file); save it as CSV and upload that'],
  ['d0cf11e0a1b11ae1', 'an old Excel workbook (.xls); save it as CSV and upload that'],
  ['1f8b', 'a gzip file; unpack it and upload the CSV in it'],
  ['25504446', 'a PDF document'],
  ['89504e47', 'a PNG picture'],
  ['ffd8ff', 'a JPEG picture'],
  ['fffe0000', 'UTF-32 text; save it as UTF-8'],
  ['0000feff', 'UTF-32 text; save it as UTF-8'],
];

/** Reads the encoding off a file's first bytes (four are enough for text). */
export function sniffEncoding(head: Buffer): Sniffed {
  const binary = BINARY.find(([hex]) => startsWith(head, hex))?.[1] ?? null;
  if (startsWith(head, 'efbbbf')) return { encoding: '8-bit', bom: true, binary };
  if (startsWith(head, 'fffe')) return { encoding: 'utf-16le', bom: true, binary };
  if (startsWith(head, 'feff')) return { encoding: 'utf-16be', bom: true, binary };
  // Without a BOM UTF-16 shows by its NULs: a header begins with two ASCII characters in every file we accept.
  const [a, b, c, d] = head;
  if (a && b === 0 && c && d === 0) return { encoding: 'utf-16le', bom: false, binary };
  if (a === 0 && b && c === 0 && d) return { encoding: 'utf-16be', bom: false, binary };
  return { encoding: '8-bit', bom: false, binary };
}

/** A file's byte order mark as lossless text. */
export function bomText(encoding: CsvEncoding | Sniffed['encoding']): string {
  return encoding.startsWith('utf-16') ? '\ufeff' : '\xef\xbb\xbf';
}

/** Turns a file's bytes, block by block, into lossless text. Code units that a block border cuts are put together. */
export class LosslessReader {
  readonly #encoding: CsvEncoding | Sniffed['encoding'];
  #odd: Buffer = Buffer.alloc(0);

  constructor(encoding: CsvEncoding | Sniffed['encoding']) {
    this.#encoding = encoding;
  }

  read(block: Buffer): string {
    if (!this.#encoding.startsWith('utf-16')) return block.toString('latin1');
    const bytes = this.#odd.length > 0 ? Buffer.concat([this.#odd, block]) : block;
    const whole = bytes.length - (bytes.length % 2);
    this.#odd = bytes.subarray(whole);
    const units = bytes.subarray(0, whole);
    return (this.#encoding === 'utf-16be' ? Buffer.from(units).swap16() : units).toString('utf16le');
  }

  /** Whether the bytes so far end within a code unit. */
  get cutOff(): boolean {
    return this.#odd.length > 0;
  }
}

/** Follows a file block by block and knows whether all of it is valid UTF-8. */
export class Utf8Watch {
  #valid = true;
  /** The start of a character that the block border cut: at most three bytes. */
  #cut: Buffer = Buffer.alloc(0);

  see(block: Buffer): void {
    if (!this.#valid) return;
    const bytes = this.#cut.length > 0 ? Buffer.concat([this.#cut, block]) : block;
    let end = bytes.length;
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if (byte < 0x80) break;
      if (byte >= 0xc0) {
        if (back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)) end = bytes.length - back;
        break;
      }
    }
    this.#valid = isUtf8(bytes.subarray(0, end));
    this.#cut = Buffer.from(bytes.subarray(end));
  }

  get valid(): boolean {
    return this.#valid && this.#cut.length === 0;
  }
}

/**
 * Bytes 0x80 to 0x9f of Windows-1252 as the WHATWG has it: every byte is a character, so the way back is exact. The other
 * bytes are Latin-1. (Node 20's TextDecoder reads these 32 as Latin-1 too.)
 */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

const NON_ASCII = /[^\0-\x7f]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Reads lossless text. What the encoding cannot read becomes U+FFFD. */
export function decodeText(lossless: string, encoding: CsvEncoding): string {
  if (!NON_ASCII.test(lossless)) return lossless;
  if (encoding.startsWith('utf-16')) return lossless.replace(LONE_SURROGATE, '\ufffd');
  if (encoding === 'utf-8') return Buffer.from(lossless, 'latin1').toString('utf8');
  return lossless.replace(/[\x80-\x9f]/g, (byte) => WINDOWS_1252[byte.charCodeAt(0) - 0x80]!);
}

/** Every reading that lossless text of a file may have while the file's end has not been seen; the likeliest first. */
export function possibleReadings(lossless: string, encoding: Sniffed['encoding']): string[] {
  if (encoding !== '8-bit') return [decodeText(lossless, encoding)];
  if (!NON_ASCII.test(lossless)) return [lossless];
  const readings = [decodeText(lossless, 'windows-1252')];
  if (isUtf8(Buffer.from(lossless, 'latin1'))) readings.unshift(decodeText(lossless, 'utf-8'));
  return readings;
}

/** Our own text as lossless text of a file. What Windows-1252 does not have becomes `?`. */
export function encodeText(text: string, encoding: CsvEncoding): string {
  if (!NON_ASCII.test(text) || encoding.startsWith('utf-16')) return text;
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8').toString('latin1');
  return Array.from(text, (char) => {
    const place = WINDOWS_1252.indexOf(char);
    if (place >= 0) return String.fromCharCode(0x80 + place);
    return /^[\0-\x7f\xa0-\xff]$/.test(char) ? char : '?';
  }).join('');
}

/** The bytes that lossless text stands for. */
export function toBytes(lossless: string, encoding: CsvEncoding): Buffer {
  if (encoding === 'utf-16be') return Buffer.from(lossless, 'utf16le').swap16();
  return Buffer.from(lossless, encoding === 'utf-16le' ? 'utf16le' : 'latin1');
}

const BLOCK_MIN = 64 * 1024;
const BLOCK_MAX = 1024 * 1024;

/**
 * Cuts chunks of any size into blocks of at least `min` bytes and at most 1 MiB. What follows costs a little per block, so
 * a sender of single bytes must not decide how many there are; and a huge chunk must not become one huge string.
 */
export class Blocks {
  readonly #min: number;
  #held: Buffer[] = [];
  #bytes = 0;

  constructor(min = BLOCK_MIN) {
    this.#min = min;
  }

  *push(chunk: Buffer): Generator<Buffer> {
    for (let from = 0; from < chunk.length; from += BLOCK_MAX) {
      const part = chunk.subarray(from, from + BLOCK_MAX);
      this.#held.push(part);
      this.#bytes += part.length;
      if (this.#bytes >= this.#min) yield this.#take();
    }
  }

  *end(): Generator<Buffer> {
    if (this.#bytes > 0) yield this.#take();
  }

  #take(): Buffer {
    const block = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    this.#held = [];
    this.#bytes = 0;
    return block;
  }
}
