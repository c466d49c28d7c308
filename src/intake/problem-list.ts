// The problems of a file while it is being read: capped, and put into words at its end.
import type { CsvProblem, CsvProblemCode } from '../errors.ts';

export interface Draft {
  line: number | null;
  row?: number | null;
  /** Lossless text. */
  column?: string | undefined;
  /** In place of `column` when the file has no such column. */
  columnName?: string;
  code: CsvProblemCode;
  /** What the message quotes from the file, as lossless text. */
  quote?: string;
  message: (quoted: string) => string;
}

const SHOWN = 100;

/** Keeps the first `max` problems and counts the rest. What they quote is decoded late: the encoding shows at the file's end. */
export class ProblemList {
  readonly #max: number;
  readonly #drafts: Draft[] = [];
  #more = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(draft: Draft): void {
    if (this.#drafts.length < this.#max) this.#drafts.push({ ...draft, quote: excerpt(draft.quote ?? '') });
    else this.#more++;
  }

  get empty(): boolean {
    return this.#drafts.length === 0;
  }

  /** The problems; behind the cap one that tells how many are not listed. */
  list(decode: (lossless: string) => string): CsvProblem[] {
    const problems: CsvProblem[] = this.#drafts.map((draft) => ({
      line: draft.line,
      row: draft.row ?? null,
      column: draft.columnName ?? (draft.column === undefined ? null : decode(draft.column).trim()),
      code: draft.code,
      message: draft.message(shown(decode(draft.quote ?? ''))),
    }));
    if (this.#more > 0) {
      const message = `Only the first ${this.#max} problems are listed; there are ${this.#more} more`;
      problems.push({ line: null, row: null, column: null, code: 'too_many_problems', message });
    }
    return problems;
  }
}

/** A copy of the start of a text. A mere slice would keep the whole block alive that it was cut from. */
function excerpt(text: string): string {
  return Buffer.from(text.slice(0, 5 * SHOWN), 'utf16le').toString('utf16le');
}

function shown(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
