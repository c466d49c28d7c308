// Follows a file of 8-bit text that nobody named the encoding of: whether it is mostly UTF-8, and where it is not.
import { isUtf8Text, NON_ASCII } from './encodings.ts';

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

  /** Text that is UTF-8 by accident is rarer than text that somebody pasted in another encoding. */
  get encoding(): 'utf-8' | 'windows-1252' {
    return this.#records.other >= Math.max(1, this.#records.utf8) ? 'windows-1252' : 'utf-8';
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
