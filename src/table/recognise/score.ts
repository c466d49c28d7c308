// How certain a recognition is, as one number: a caller who does not know the delimiter takes the one that scores highest.
import type { Table } from './table.ts';

/** What a header is worth that is known, that has what the user named, and that was only found by what stands below it. */
const OWN = 3_000;
const PROFILED = 2_500;
const NAMED = 2_000;
const FOUND = 1_000;
const MOST_COLUMNS = 400;

export function scoreOf(
  table: Table,
  { taken, strict, problems }: { taken: readonly number[]; strict: boolean; problems: number },
): number {
  const { wanted, profiled, survey, labels } = table;
  const columns = Math.min(labels.length, MOST_COLUMNS);
  // The own header is known by one column: with another missing it is still worth more than a guess.
  if (strict) return OWN + columns - (problems > 0 ? OWN / 4 : 0);
  if (profiled !== null) return PROFILED + columns;
  if (wanted.urlColumns.length > 0) return (NAMED * taken.length) / (taken.length + problems || 1) + columns;
  const holding = taken.length > 0 ? taken : [...survey.keys()];
  const urlCells = sum(holding.map((index) => survey[index]?.urlCells ?? 0));
  const clean = sum(holding.map((index) => survey[index]?.clean ?? 0));
  const certainty =
    (problems > 0 ? 0.3 : 1) * tidiness(table) * (urlCells === 0 ? 0.3 : (1 + clean / urlCells) / 2);
  // A delimiter that no line contains makes one tidy column of every file.
  return FOUND * certainty * (labels.length === 1 ? 0.2 : 1) + columns;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The part of the rows that are as wide as the header. */
function tidiness({ rows, headerIndex, labels }: Table): number {
  const below = rows.slice(headerIndex === null ? 0 : headerIndex + 1);
  if (below.length === 0) return 1;
  return below.filter(({ cells }) => cells.length === labels.length).length / below.length;
}
