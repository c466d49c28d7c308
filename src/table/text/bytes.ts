// A file's bytes: what its first ones tell, cut into blocks, turned into lossless text.
import { isWide, type TextEncoding } from './encodings.ts';

/** What the first bytes of a file tell. */
export interface Sniffed {
  /** `utf-8` stands for all 8-bit text: each cell says itself whether it is (see encodings.ts). */
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  bom: boolean;
  /** Set when the file is no text at all: what it is instead, as the end of a sentence. */
  binary: string | null;
}

const startsWith = (head: Buffer, hex: string): boolean => head.toString('hex', 0, hex.length / 2) === hex;

/** Formats that people upload in place of a table of text, by their first bytes (hex). */
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

/** Text formats that are no tables, by how they begin. */
const NO_TABLE: readonly [begins: RegExp, what: string][] = [
  [
    /^\s*\{\s*"[^"\n]*"\s*:[^\n]*\}\s*\n\s*\{/,
    'NDJSON (one JSON object a line); export the catalogue as CSV',
  ],
  [/^\s*(?:\{\s*"|\[\s*\{|\[\s*\])/, 'JSON; export the catalogue as CSV'],
  [/^\s*<\?xml|^\s*<(?:rss|feed|products?|catalog)\b/i, 'an XML document; export the catalogue as CSV'],
  [/^\s*<(?:!doctype html|html|head|body|table)\b/i, 'an HTML page; export the catalogue as CSV'],
];

/** Reads the encoding off a file's first bytes (four are enough for text). */
export function sniffEncoding(head: Buffer): Sniffed {
  const binary = BINARY.find(([hex]) => startsWith(head, hex))?.[1] ?? null;
  if (startsWith(head, 'efbbbf')) return { encoding: 'utf-8', bom: true, binary };
  if (startsWith(head, 'fffe')) return { encoding: 'utf-16le', bom: true, binary };
  if (startsWith(head, 'feff')) return { encoding: 'utf-16be', bom: true, binary };
  // Without a BOM UTF-16 shows by its NULs: a header begins with two ASCII characters in every file we accept.
  const [a, b, c, d] = head;
  if (a && b === 0 && c && d === 0) return { encoding: 'utf-16le', bom: false, binary };
  if (a === 0 && b && c === 0 && d) return { encoding: 'utf-16be', bom: false, binary };
  return { encoding: 'utf-8', bom: false, binary };
}

/** What text is instead of a table, as the end of a sentence; null when it may be one. */
export function otherText(head: string): string | null {
  return NO_TABLE.find(([begins]) => begins.test(head))?.[1] ?? null;
}

/** A file's byte order mark as lossless text. */
export function bomText(encoding: TextEncoding): string {
  return isWide(encoding) ? '\ufeff' : '\xef\xbb\xbf';
}

/** Turns a file's bytes, block by block, into lossless text. Code units that a block border cuts are put together. */
export class LosslessReader {
  readonly #encoding: TextEncoding;
  #odd: Buffer = Buffer.alloc(0);

  constructor(encoding: TextEncoding) {
    this.#encoding = encoding;
  }

  read(block: Buffer): string {
    if (!isWide(this.#encoding)) return block.toString('latin1');
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

const BLOCK_MIN = 64 * 1024;
const BLOCK_MAX = 1024 * 1024;

/**
 * Cuts chunks of any size into blocks of at least `min` bytes (the first at least `first`) and at most 1 MiB. What follows
 * costs a little per block, so a sender of single bytes must not decide how many there are; and a huge chunk must not
 * become one huge string.
 */
export class Blocks {
  readonly #min: number;
  #next: number;
  #held: Buffer[] = [];
  #bytes = 0;

  constructor({ min = BLOCK_MIN, first = min }: { min?: number | undefined; first?: number } = {}) {
    this.#min = min;
    this.#next = first;
  }

  *push(chunk: Buffer): Generator<Buffer> {
    for (let from = 0; from < chunk.length; from += BLOCK_MAX) {
      const part = chunk.subarray(from, from + BLOCK_MAX);
      this.#held.push(part);
      this.#bytes += part.length;
      if (this.#bytes >= this.#next) yield this.#take();
    }
  }

  *end(): Generator<Buffer> {
    if (this.#bytes > 0) yield this.#take();
  }

  #take(): Buffer {
    const block = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    this.#held = [];
    this.#bytes = 0;
    this.#next = this.#min;
    return block;
  }
}
