// The four ways to the columns of pictures: the user's word, halve's own layout, a profile, what stands in the cells.
import { nearest } from '../../util/nearest.ts';
import { findColumns } from './choice.ts';
import { readOwn } from './own-layout.ts';
import { emptySiblings, type Judged } from './pictures.ts';
import { columnsOf } from './profiled.ts';
import { headerList, optionFor, quoted, shortened } from './say.ts';
import type { Table } from './table.ts';
import type { LayoutProblem, LayoutWarning, UrlColumn } from './types.ts';
import { kindOf } from './words.ts';

export interface FoundUrls {
  urls: UrlColumn[];
  problems: LayoutProblem[];
  warnings: LayoutWarning[];
  /** Why these, as the end of a sentence; null when the reason is in the columns themselves. */
  why: string | null;
}

const here = (index: number): UrlColumn => ({ index, writeTo: null });

/** Finds columns by what the user gave for an option. */
export function findGiven(
  { labels, record, header }: Table,
  given: readonly string[],
  option: 'url_column' | 'name_column',
): { columns: number[]; problems: LayoutProblem[] } {
  const problems: LayoutProblem[] = [];
  const columns = given.flatMap((text) => {
    const found = findColumns(labels, text);
    if (found.columns.length > 0) return [...found.columns];
    const column = shortened(text);
    if (found.fault !== null)
      problems.push({
        code: 'invalid_pattern',
        column,
        record: null,
        message: `${option}=${column} ${found.fault}`,
      });
    else {
      const meant = nearest(text, labels);
      const hint = meant === null ? '' : ` Did you mean "${shortened(meant)}"?`;
      problems.push({
        code: 'missing_column',
        column,
        record,
        message: `There is no column "${column}" (${option}).${hint} The header has ${headerList(header)}`,
      });
    }
    return [];
  });
  return { columns: [...new Set(columns)], problems };
}

export function urlsGiven(table: Table): FoundUrls {
  const { columns, problems } = findGiven(table, table.wanted.urlColumns, 'url_column');
  return { urls: columns.map(here), problems, warnings: [], why: 'you named it' };
}

export function urlsOfOwn(table: Table): FoundUrls {
  const { urls, problems } = readOwn(table.header, table.record!);
  return {
    urls: urls.map(here),
    problems: problems.filter(({ column }) => column !== 'Product Name'),
    warnings: [],
    why: 'its name says so',
  };
}

export function urlsOfProfile(table: Table): FoundUrls {
  const { header, record, survey, profiled } = table;
  const { profile } = profiled!;
  const urls = profile.urls.flatMap(({ column, writeTo }) => {
    const target = writeTo === undefined ? null : (columnsOf(header, writeTo)[0] ?? null);
    const read = columnsOf(header, column).map((index) => ({ index, writeTo: target }));
    // A column that new URLs are written to may have some already: then it is read like any other.
    const filled = target !== null && (survey[target]?.urlCells ?? 0) > 0;
    return filled ? [...read, here(target)] : read;
  });
  const problems: LayoutProblem[] = [];
  if (urls.length === 0)
    problems.push({
      code: 'missing_column',
      column: 'url_column',
      record,
      message: `This is the layout "${profile.label}", which has no column with addresses of pictures. Export the products with their picture URLs, or name the column with url_column. The header has ${headerList(header)}`,
    });
  return { urls, problems, warnings: [], why: `${profile.label}: the pictures stand here` };
}

export function urlsByContent(table: Table, judged: readonly Judged[]): FoundUrls {
  const of = (...verdicts: Judged['verdict'][]) =>
    judged.filter(({ verdict }) => verdicts.includes(verdict)).map(({ index }) => index);
  const { header, survey, record } = table;
  const found = (columns: number[], warnings: LayoutWarning[] = []): FoundUrls => {
    const siblings = emptySiblings(header, survey, columns);
    return { urls: [...columns, ...siblings].map(here), problems: [], warnings, why: null };
  };
  const pictures = of('picture');
  if (pictures.length > 0) return found(pictures);
  const open = judged.some(({ verdict }) => verdict === 'unclear' || verdict === 'page')
    ? of('unclear', 'page')
    : of('document');
  const paths = of('paths');
  if (open.length === 0 && paths.length > 0) return found(paths);
  if (open.length > 0) {
    const problem = {
      code: 'ambiguous_column',
      column: 'url_column',
      record,
      message: whichOne(header, judged, open),
    } as const;
    return { urls: [], problems: [problem], warnings: [], why: null };
  }
  const empty = header.flatMap((cell, index) =>
    kindOf(cell) === 'picture' && isEmpty(table, index) && !/\b(?:alt|position|title)\b/i.test(cell)
      ? [index]
      : [],
  );
  if (!table.complete && empty.length > 0)
    return found(empty, [
      {
        code: 'no_urls_yet',
        message: `${quoted(header, empty)} ${empty.length > 1 ? 'have' : 'has'} no address in the rows that were looked at and ${empty.length > 1 ? 'were' : 'was'} chosen by name alone`,
      },
    ]);
  const message = nothingThere(header, of('embedded'), empty);
  return {
    urls: [],
    problems: [{ code: 'missing_column', column: 'url_column', record, message }],
    warnings: [],
    why: null,
  };
}

function isEmpty({ survey }: Table, index: number): boolean {
  const column = survey[index];
  return column === undefined || (column.first === null && column.texts + column.numbers === 0);
}

function whichOne(header: readonly string[], judged: readonly Judged[], columns: readonly number[]): string {
  const names = quoted(header, columns);
  const settle = `send ${optionFor(header, columns, 'url_column')}`;
  if (columns.length > 1)
    return `Which column holds the pictures? ${names} ${columns.length === 2 ? 'both' : 'all'} hold web addresses: ${settle}`;
  const why = judged.find(({ index }) => index === columns[0])!.why;
  return `Which column holds the pictures? Only ${names} holds web addresses, and ${why}: if they are pictures, ${settle}`;
}

function nothingThere(
  header: readonly string[],
  embedded: readonly number[],
  empty: readonly number[],
): string {
  const parts = ['No column holds addresses of pictures.'];
  if (embedded.length > 0)
    parts.push(
      `${quoted(header, embedded)} ${embedded.length > 1 ? 'hold' : 'holds'} pictures themselves (data:image/…): only pictures with an address can be fetched.`,
    );
  if (empty.length > 0)
    parts.push(
      `${quoted(header, empty)} ${empty.length > 1 ? 'are' : 'is'} empty: pictures that a sheet shows with IMAGE() are not in its CSV, so download it as XLSX.`,
    );
  return `${parts.join(' ')} Name the column with url_column, or the row of the header with header_row. The header has ${headerList(header)}`;
}
