// Follows a file of 8-bit text and knows which of its two readings it mostly has, and where the other one stands.
import { isUtf8Text, NON_ASCII } from './encodings.ts';

/** Each cell is read by its own bytes; this is about the file as a whole: how halve's own words are written into it. */
export class EncodingWatch {
  #plain = true;
  readonly #records = { utf8: 0, other: 0 };
  readonly #firstLine = { utf8: 0, other: 0 };

  /** Lossless text that the next records come from. */
  block(text: string): void {
    this.#plain = !NON_ASCII.test(text);
  }

  record(raw: () => string, line: number): void {
    if (this.#plain) return;
    const text = raw();
    if (!NON_ASCII.test(text)) return;
    const kind = isUtf8Text(text) ? 'utf8' : 'other';
    if (this.#records[kind]++ === 0) this.#firstLine[kind] = line;
  }

  get encoding(): 'utf-8' | 'windows-1252' {
    return this.#records.other > this.#records.utf8 ? 'windows-1252' : 'utf-8';
  }

  /** Records that do not read like most of the others: how many, and the line of the first; null when there are none. */
  get odd(): { records: number; line: number; encoding: string } | null {
    const kind = this.encoding === 'utf-8' ? 'other' : 'utf8';
    const records = this.#records[kind];
    if (records === 0) return null;
    const encoding = kind === 'other' ? 'windows-1252' : 'utf-8';
    return { records, line: this.#firstLine[kind], encoding };
  }
}
