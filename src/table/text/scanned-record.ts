// One scanned record: where its cells are in the text, and what they say.

const QUOTE = 34;
const SPACE = 32;

export interface ScanProblem {
  code: 'unclosed_quote' | 'stray_quote' | 'cell_too_long';
  /** Physical line, 1-based; for an unclosed quote the one on which it opens. */
  line: number;
  /** 0-based. */
  cell: number;
}

/** One record: a stretch of lossless text with its own line end. Shares the text of its block, so keep it only briefly. */
export class ScannedRecord {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  /** Where each cell ends, counted from the record's start; the next one begins a delimiter later. */
  readonly ends: readonly number[];
  readonly line: number;
  readonly problem: ScanProblem | null;

  constructor(
    text: string,
    at: { start: number; end: number; ends: number[]; line: number; problem: ScanProblem | null },
  ) {
    this.#text = text;
    this.#start = at.start;
    this.#end = at.end;
    this.ends = at.ends;
    this.line = at.line;
    this.problem = at.problem;
  }

  /** Every char of the record, its line end too. */
  get raw(): string {
    return this.#text.slice(this.#start, this.#end);
  }

  /** A cell's value without its quotes, as lossless text; '' when the record is too short to have it. */
  cell(index: number): string {
    const end = this.ends[index];
    if (end === undefined) return '';
    const from = this.#start + (index === 0 ? 0 : this.ends[index - 1]! + 1);
    const first = this.#text.charCodeAt(from);
    if (first !== QUOTE && first !== SPACE) return this.#text.slice(from, this.#start + end);
    return unquoted(this.#text.slice(from, this.#start + end)).value;
  }

  cells(): string[] {
    return this.ends.map((_, index) => this.cell(index));
  }

  /** Whether no cell has more than white space: an empty line, or the `,,,` that Excel writes under a table. */
  get blank(): boolean {
    return this.ends.every((_, index) => isBlank(this.cell(index)));
  }
}

/** A cell's value, and where in the cell as it stands the value begins. */
export interface CellValue {
  value: string;
  from: number;
  /** Whether quotes stand around it; those in it are then written twice. */
  quoted: boolean;
}

/**
 * The value of a cell as it stands in the file. Quotes around it are taken off; one that opens and does not close at the
 * cell's end is part of the value (`"Arc" lamp`).
 */
export function unquoted(cell: string): CellValue {
  let open = 0;
  while (cell.charCodeAt(open) === SPACE) open++;
  if (cell.charCodeAt(open) !== QUOTE) return { value: cell, from: 0, quoted: false };
  let close = cell.length - 1;
  while (cell.charCodeAt(close) === SPACE) close--;
  if (close <= open || cell.charCodeAt(close) !== QUOTE) return { value: cell, from: 0, quoted: false };
  const inner = cell.slice(open + 1, close);
  const value = inner.includes('""') ? inner.replaceAll('""', '"') : inner;
  return { value, from: open + 1, quoted: true };
}

/** White space, and the 0x1A with which old programs end a file. */
const BLANK = /^[\t-\r \x1a]*$/;
/** Whether lossless text is ASCII white space only. (A Latin-1 `\s` would also match a byte of the UTF-8 `à`.) */
export function isBlank(lossless: string): boolean {
  return lossless === '' || BLANK.test(lossless);
}
