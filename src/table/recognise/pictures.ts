// Which columns of addresses are pictures, by what stands in them and what they are called.
import { type ColumnSurvey, holdsPaths, holdsUrls } from './survey.ts';
import { type HeaderKind, kindOf, stemOf } from './words.ts';

export interface Judged {
  index: number;
  /** `paths` are pictures without a host; `unclear` may be pictures or pages. */
  verdict: 'picture' | 'page' | 'document' | 'unclear' | 'paths' | 'embedded';
  /** The end of a sentence. */
  why: string;
}

/** More than half. */
const mostly = (part: number, whole: number): boolean => 2 * part > whole;

/** Every column that holds addresses, paths or pictures. `header` is empty when there is none. */
export function judgeColumns(header: readonly string[], survey: readonly ColumnSurvey[]): Judged[] {
  const judged = survey.flatMap((column, index): Judged[] => {
    const kind = kindOf(header[index] ?? '');
    if (holdsUrls(column)) return [{ index, ...judge(column, kind) }];
    if (holdsPaths(column))
      return [
        { index, verdict: 'paths', why: 'its cells hold paths or names of files, not whole addresses' },
      ];
    if (column.embedded > 0)
      return [{ index, verdict: 'embedded', why: 'its cells hold pictures themselves, not their addresses' }];
    return [];
  });
  const kind = (index: number) => kindOf(header[index] ?? '');
  return joinAlike(withoutTexts(judged, survey, kind), survey, kind);
}

/** HTML that is not called pictures is a text with pictures in it, where other columns have pictures. */
function withoutTexts(
  judged: Judged[],
  survey: readonly ColumnSurvey[],
  kind: (index: number) => HeaderKind,
): Judged[] {
  const isText = ({ index }: Judged) =>
    kind(index) !== 'picture' && mostly(survey[index]!.html, survey[index]!.urlCells);
  if (!judged.some((one) => one.verdict === 'picture' && !isText(one))) return judged;
  return judged.map(
    (one): Judged =>
      isText(one)
        ? { ...one, verdict: 'document', why: 'its cells are HTML, and its name does not say pictures' }
        : one,
  );
}

function judge(column: ColumnSurvey, kind: HeaderKind): Pick<Judged, 'verdict' | 'why'> {
  const { urls, urlCells } = column;
  if (mostly(column.documentEnds, urls))
    return { verdict: 'document', why: 'its addresses end like documents or videos' };
  if (mostly(column.pictureEnds, urls))
    return { verdict: 'picture', why: 'its addresses end like pictures (.jpg, .png …)' };
  if (kind === 'picture') return { verdict: 'picture', why: 'its name says pictures' };
  if (kind === 'page')
    return { verdict: 'page', why: 'its name says a page and its addresses do not end like pictures' };
  if (kind === 'other')
    return {
      verdict: 'document',
      why: 'its name says documents or videos and its addresses do not end like pictures',
    };
  if (mostly(column.pictureHosts, urls))
    return { verdict: 'picture', why: 'its addresses are those of a host of pictures' };
  if (mostly(column.lists, urlCells))
    return {
      verdict: 'unclear',
      why: 'its cells hold several addresses each, and nothing says that they are pictures',
    };
  return { verdict: 'unclear', why: 'neither its name nor its addresses say whether these are pictures' };
}

/**
 * A column that says nothing by itself is one of pictures when its addresses stand in the same folder as those of a
 * column of pictures; with no such column, when it alone holds lists: a product has several pictures, and one page.
 */
function joinAlike(
  judged: Judged[],
  survey: readonly ColumnSurvey[],
  kind: (index: number) => HeaderKind,
): Judged[] {
  const pictures = judged.filter(({ verdict }) => verdict === 'picture');
  const shapes = new Set(pictures.map(({ index }) => survey[index]!.shape));
  shapes.delete(null);
  for (const page of judged) if (page.verdict === 'page') shapes.delete(survey[page.index]!.shape);
  const open = judged.filter(({ verdict, index }) => verdict === 'unclear' && kind(index) === 'none');
  const lists = open.filter(({ index }) => mostly(survey[index]!.lists, survey[index]!.urlCells));
  return judged.map((one): Judged => {
    if (!open.includes(one)) return one;
    if (pictures.length > 0)
      return shapes.has(survey[one.index]!.shape)
        ? { ...one, verdict: 'picture', why: 'its addresses stand where those of other picture columns do' }
        : one;
    return lists.length === 1 && lists[0] === one
      ? { ...one, verdict: 'picture', why: 'it alone holds several addresses a cell' }
      : one;
  });
}

/** The numbered siblings of picture columns that are empty so far: `Image 4` of `Image 1` … `Image 10`. */
export function emptySiblings(
  header: readonly string[],
  survey: readonly ColumnSurvey[],
  pictures: readonly number[],
): number[] {
  const stems = new Set(pictures.map((index) => stemOf(header[index] ?? '')));
  stems.delete('');
  return header.flatMap((cell, index) => {
    const column = survey[index];
    const empty = column === undefined || (column.first === null && column.texts + column.numbers === 0);
    return empty && !pictures.includes(index) && stems.has(stemOf(cell)) ? [index] : [];
  });
}
