// Which columns say what a product is called.
import { type ColumnSurvey, holdsPictures } from './survey.ts';
import { DESCRIPTION_RANK, nameRank } from './words.ts';

const MOST_NAMES = 3;

/** By the header's words; else the first column of plain text; none when there is none. */
export function findNames(
  header: readonly string[],
  survey: readonly ColumnSurvey[],
  taken: readonly number[],
): number[] {
  const isText = (index: number) => {
    const column = survey[index];
    return column !== undefined && column.texts > 0 && !holdsPictures(column) && !taken.includes(index);
  };
  const ranked = header.flatMap((cell, index) => {
    const rank = isText(index) || allNumbers(survey[index]) ? nameRank(cell) : null;
    return rank === null || taken.includes(index) ? [] : [{ index, rank }];
  });
  if (ranked.length > 0) {
    const sorted = ranked.sort((a, b) => a.rank - b.rank);
    const better = sorted.filter(({ rank }) => rank < DESCRIPTION_RANK).slice(0, MOST_NAMES);
    return (better.length > 0 ? better : sorted.slice(0, 1)).map(({ index }) => index);
  }
  const text = survey.findIndex((column, index) => isText(index) && column.texts >= column.numbers);
  return text >= 0 ? [text] : [];
}

/** A product may be called `501`. */
function allNumbers(column: ColumnSurvey | undefined): boolean {
  return column !== undefined && column.texts === 0 && column.numbers > 0;
}
