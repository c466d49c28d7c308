// Rows with URLs that come so late that the head of the file had none: kept for a second look at its columns.
import type { HeadRow } from '../recognise/types.ts';

const MOST_ROWS = 200;
/** Characters of all of them together. */
const MOST_CHARACTERS = 1024 * 1024;
/** Records of the head that are looked at again: the header is among the first. */
const OF_THE_HEAD = 40;

export class LateRows {
  #rows: HeadRow[] = [];
  #room = MOST_CHARACTERS;
  #found = 0;

  begin(head: readonly HeadRow[]): void {
    this.#rows = head.slice(0, OF_THE_HEAD);
  }

  /** `cells` is called for a row that is kept. */
  see(record: number, raw: string, cells: () => readonly string[]): void {
    if (this.#found === MOST_ROWS || this.#room <= 0 || !/https?:\/\//i.test(raw)) return;
    const row = { record, cells: cells() };
    this.#room -= row.cells.reduce((sum, cell) => sum + cell.length, row.cells.length);
    this.#rows.push(row);
    this.#found++;
  }

  /** Null when no row came. */
  get rows(): readonly HeadRow[] | null {
    return this.#found === 0 ? null : this.#rows;
  }
}
