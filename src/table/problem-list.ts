// The problems of a file while it is being read, and its warnings: capped, with the rest counted.
import type { CsvProblem } from '../errors.ts';

/** Keeps the first `max` problems and counts the rest. */
export class ProblemList {
  readonly #max: number;
  readonly #problems: CsvProblem[] = [];
  #more = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(problem: CsvProblem): void {
    if (this.#problems.length < this.#max) this.#problems.push(copied(problem));
    else this.#more++;
  }

  get empty(): boolean {
    return this.#problems.length === 0;
  }

  /** The problems; behind the cap one that tells how many are not listed. */
  list(): CsvProblem[] {
    if (this.#more === 0) return this.#problems;
    const message = `Only the first ${this.#max} problems are listed; there are ${this.#more} more`;
    const rest = { line: null, row: null, spreadsheet_row: null, column: null };
    return [...this.#problems, { ...rest, code: 'too_many_problems', message }];
  }
}

/** Keeps the first `max` warnings, and counts all by their code. */
export class WarningList<Warning extends Said & { code: string }> {
  readonly #max: number;
  readonly list: Warning[] = [];
  readonly counts: Record<string, number> = {};

  constructor(max: number) {
    this.#max = max;
  }

  /** `times`: how often it was met, of which this tells once. */
  add(warning: Warning, times = 1): void {
    this.counts[warning.code] = (this.counts[warning.code] ?? 0) + times;
    if (this.list.length < this.#max) this.list.push(copied(warning));
  }
}

interface Said {
  message: string;
  product_name?: string;
}

/** With texts of its own: what they quote may be a slice that keeps a whole block of the file alive. */
function copied<Text extends Said>(said: Text): Text {
  const { message, product_name: name } = said;
  return { ...said, message: own(message), ...(name !== undefined && { product_name: own(name) }) };
}

const own = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');
