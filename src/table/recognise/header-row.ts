// Which row is the header, and with which the data begin, when only what stands in the cells can tell.
import { lookAt } from './cell.ts';
import { type ColumnSurvey, holdsPictures } from './survey.ts';
import type { HeadRow } from './types.ts';
import { kindOf, nameRank } from './words.ts';

/** A header stands among the first rows that are not empty. */
export const HEADER_DEPTH = 30;
const MOST_CELLS_READ = 200;

const says = (cell: string | undefined): boolean => cell !== undefined && /\p{L}/u.test(cell);

/**
 * The index of the header: of the rows above the first address in a column of addresses, the one that names most of
 * those columns; null when there is none. Title lines name none of them, rows of products without pictures neither.
 */
export function findHeaderRow(rows: readonly HeadRow[], survey: readonly ColumnSurvey[]): number | null {
  const columns = survey.flatMap((column, index) => (holdsPictures(column) ? [index] : []));
  if (columns.length === 0)
    return Math.max(
      rows.findIndex(({ cells }) => cells.filter(says).length > 1),
      0,
    );
  const firstUrl = columns.reduce((least, index) => Math.min(least, survey[index]!.first!), rows.length);
  let best: { index: number; rank: number[] } | null = null;
  for (let index = 0; index < Math.min(firstUrl, HEADER_DEPTH); index++) {
    const rank = rankOf(rows[index]!.cells, columns);
    if (best === null || isHigher(rank, best.rank)) best = { index, rank };
  }
  if (best === null) return null;
  const { cells } = rows[best.index]!;
  if (columns.some((column) => says(cells[column]))) return best.index;
  const looks = cells.map((cell) => lookAt(cell).kind);
  return looks.includes('number') || looks.filter((kind) => kind === 'text').length < 2 ? null : best.index;
}

/** Comments last; then by the address columns that are named, the words that headers are made of, and the cells. */
function rankOf(cells: readonly string[], columns: readonly number[]): number[] {
  const comment = /^#\s*\p{L}/u.test(cells.find((cell) => cell.trim() !== '')?.trim() ?? '');
  const named = columns.filter((column) => says(cells[column])).length;
  const read = [...columns.map((column) => cells[column] ?? ''), ...cells].slice(0, MOST_CELLS_READ);
  const words = read.filter((cell) => kindOf(cell) !== 'none' || nameRank(cell) !== null).length;
  return [comment ? 0 : 1, named, words, cells.filter(says).length];
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at]! > b[at]!;
}

/** Amazon's first line may say where things are: `attributeRow=3&dataRow=4&labelRow=2`. Records, from 1. */
export function settingsOf(rows: readonly HeadRow[]): { header: number | null; data: number | null } {
  const line = rows[0]?.cells.find((cell) => /\b(?:attribute|data)Row=\d/.test(cell)) ?? '';
  const read = (name: string) => {
    const digits = new RegExp(`\\b${name}=(\\d{1,3})\\b`).exec(line)?.[1];
    return digits === undefined ? null : Number(digits);
  };
  return { header: read('attributeRow'), data: read('dataRow') };
}

/** The index of the first data row below a header: rows right below it that say in words what the columns are, are labels. */
export function findFirstRow(rows: readonly HeadRow[], header: number, columns: readonly number[]): number {
  const named = columns.filter((column) => says(rows[header]!.cells[column]));
  let index = header + 1;
  while (index < rows.length && named.length > 0 && isLabels(rows[index]!.cells, named)) index++;
  return index < rows.length ? index : Math.min(header + 1, rows.length);
}

function isLabels(cells: readonly string[], columns: readonly number[]): boolean {
  return (
    columns.every((column) => isName(cells[column] ?? '')) &&
    cells.slice(0, MOST_CELLS_READ).every((cell) => ['empty', 'text'].includes(lookAt(cell).kind))
  );
}

/** Words as in a header: neither a value such as `no_selection` or `n/a`, nor an address. */
function isName(cell: string): boolean {
  return lookAt(cell).kind === 'text' && (kindOf(cell) !== 'none' || /\s/.test(cell.trim()));
}

/** The index of the first data row of a file without a header: title lines fill one cell at most. */
export function firstWithoutHeader(rows: readonly HeadRow[]): number {
  const index = rows.findIndex(({ cells }) => cells.filter((cell) => cell.trim() !== '').length > 1);
  return Math.max(index, 0);
}
