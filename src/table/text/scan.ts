// Records from lossless text: where each begins and ends, its cells, and the physical line it starts on. Knows the
// grammar of a CSV file and nothing of what the columns mean.
import { ScannedRecord, type ScanProblem } from './scanned-record.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;

enum In {
  CellStart,
  Plain,
  Quoted,
  /** Behind a closing quote. */
  Closed,
  /** In a line that is beyond repair, on the way to its end. */
  Lost,
}

/** Gets each record when it is complete: one at a time, so that a block of empty lines is no heap of objects. */
export type TakeRecord = (record: ScannedRecord) => void;

export interface ScanOptions {
  /** One ASCII character. */
  delimiter: string;
  /** Characters of one cell; a whole record may have four times as many. */
  maxCell: number;
  /** `none`: a quote is a character like any other, as in the tab files of feeds. */
  quoting: Quoting;
}

export type Quoting = 'rfc4180' | 'none';

/**
 * Push text; `take` gets the records that are complete. Memory is bounded by the record limit, time is linear in the text:
 * scanning goes on where the last push stopped. Quotes count only at the start of a cell (`5" pipe` is plain text).
 * After a broken quote or an overlong cell scanning goes on with the next physical line, so that the problems further
 * down are found too.
 */
export class RecordScanner {
  readonly #delimiter: number;
  readonly #maxCell: number;
  readonly #quotes: boolean;
  #text = '';
  /** Where scanning goes on, and where the open record began. */
  #pos = 0;
  #start = 0;
  #state: In = In.CellStart;
  #ends: number[] = [];
  #line = 1;
  #startLine = 1;
  #quoteLine = 1;
  #problem: ScanProblem | null = null;

  constructor(options: ScanOptions) {
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#maxCell = options.maxCell;
    this.#quotes = options.quoting === 'rfc4180';
  }

  /** The physical line that scanning has come to. */
  get line(): number {
    return this.#line;
  }

  push(text: string, take: TakeRecord): void {
    this.#text = this.#start < this.#text.length ? this.#text.slice(this.#start) + text : text;
    this.#pos -= this.#start;
    this.#start = 0;
    this.#scan(false, take);
  }

  /** The record that had no line end, if there is one. */
  end(take: TakeRecord): void {
    this.#scan(true, take);
    while (this.#state === In.Quoted) {
      this.#giveUp(take);
      this.#scan(true, take);
    }
    if (this.#start < this.#text.length || this.#problem !== null) {
      this.#finish(take, this.#text.length, this.#text.length);
    }
  }

  #scan(final: boolean, take: TakeRecord): void {
    const text = this.#text;
    const delimiter = this.#delimiter;
    const length = text.length;
    let pos = this.#pos;
    let state = this.#state;
    let cellStart = this.#cellStart();
    while (pos < length) {
      const char = text.charCodeAt(pos);
      if (state === In.Quoted) {
        if (char === QUOTE) {
          // Whether it closes or is one of two shows only by the next character.
          if (pos + 1 === length && !final) break;
          if (text.charCodeAt(pos + 1) === QUOTE) pos++;
          else state = In.Closed;
        } else if (char === CR || (char === LF && text.charCodeAt(pos - 1) !== CR)) this.#line++;
        pos = state === In.Quoted ? quotedEnd(text, pos + 1, cellStart + this.#maxCell) : pos + 1;
        if (pos - cellStart > this.#maxCell) {
          this.#pos = pos;
          this.#giveUp(take);
          ({ pos, state, cellStart } = this.#resume());
        }
      } else if (char === LF || char === CR) {
        if (char === CR && pos + 1 === length && !final) break;
        const end = char === CR && text.charCodeAt(pos + 1) === LF ? pos + 2 : pos + 1;
        if (state !== In.Lost && pos - cellStart > this.#maxCell) this.#blame('cell_too_long', this.#line);
        this.#line++;
        this.#finish(take, pos, end);
        ({ pos, state, cellStart } = this.#resume());
      } else if (state === In.Lost) {
        pos++;
      } else if (char === delimiter) {
        if (pos - cellStart > this.#maxCell || pos - this.#start > 4 * this.#maxCell) {
          this.#blame('cell_too_long', this.#line);
          state = In.Lost;
        } else {
          this.#ends.push(pos - this.#start);
          cellStart = pos + 1;
          state = In.CellStart;
        }
        pos++;
      } else {
        if (state === In.CellStart && char !== SPACE) {
          // Spaces before an opening quote are none of the cell: lists written by hand have one behind every comma.
          state = char === QUOTE && this.#quotes ? In.Quoted : In.Plain;
          this.#quoteLine = this.#line;
        } else if (state === In.Closed && char !== SPACE) {
          this.#blame('stray_quote', this.#line);
          state = In.Plain;
        }
        pos++;
        if (state === In.Plain) pos = plainEnd(text, pos, delimiter);
      }
    }
    if (state !== In.Quoted && state !== In.Lost && pos - cellStart > this.#maxCell) {
      this.#blame('cell_too_long', this.#line);
      state = In.Lost;
    }
    if (state === In.Lost) {
      // Nobody will read the rest of this line, so it is not held; the file is refused.
      this.#start = pos;
      this.#ends = [];
    }
    this.#pos = pos;
    this.#state = state;
  }

  /** The state behind a finished record, for the locals of the loop. */
  #resume(): { pos: number; state: In; cellStart: number } {
    return { pos: this.#pos, state: this.#state, cellStart: this.#cellStart() };
  }

  #cellStart(): number {
    return this.#start + (this.#ends.length === 0 ? 0 : this.#ends.at(-1)! + 1);
  }

  #blame(code: ScanProblem['code'], line: number): void {
    this.#problem ??= { code, line, cell: this.#ends.length };
  }

  /** Ends the record: its text up to `textEnd`, its line end up to `end`. */
  #finish(take: TakeRecord, textEnd: number, end: number): void {
    this.#ends.push(textEnd - this.#start);
    const record = new ScannedRecord(this.#text, {
      start: this.#start,
      end,
      ends: this.#ends,
      line: this.#startLine,
      problem: this.#problem,
    });
    this.#start = end;
    this.#pos = end;
    this.#startLine = this.#line;
    this.#ends = [];
    this.#state = In.CellStart;
    this.#problem = null;
    take(record);
  }

  /**
   * A quoted cell that is too long or never ends: the record is taken to end with the line on which the quote opened.
   * The text behind it is read a second time, not more: it holds no odd quote, or the cell would have been closed.
   */
  #giveUp(take: TakeRecord): void {
    const cellStart = this.#cellStart();
    const offset = this.#text.slice(cellStart, this.#pos).search(/[\r\n]/);
    const atEnd = this.#pos === this.#text.length && this.#pos - cellStart <= this.#maxCell;
    this.#blame(offset >= 0 || atEnd ? 'unclosed_quote' : 'cell_too_long', this.#quoteLine);
    if (offset < 0) {
      this.#state = atEnd ? In.Plain : In.Lost;
      return;
    }
    const lineEnd = cellStart + offset;
    this.#line = this.#quoteLine + 1;
    this.#finish(take, lineEnd, lineEnd + (this.#text.startsWith('\r\n', lineEnd) ? 2 : 1));
  }
}

// The two loops that most of a file runs through, kept free of everything that would slow them down.

/** The next place from `pos` where a plain cell may end. */
function plainEnd(text: string, pos: number, delimiter: number): number {
  const length = text.length;
  for (let at = pos; at < length; at++) {
    const char = text.charCodeAt(at);
    if (char === delimiter || char === LF || char === CR) return at;
  }
  return length;
}

/** The next quote or line end from `pos`, or the place where a quoted cell becomes too long. */
function quotedEnd(text: string, pos: number, limit: number): number {
  const length = Math.min(text.length, limit + 1);
  for (let at = pos; at < length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE || char === LF || char === CR) return at;
  }
  return Math.max(pos, length);
}
