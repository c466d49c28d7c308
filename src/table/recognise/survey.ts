// What each column holds from a row on: counted once, cell by cell, so that everything else decides on numbers.
import { isNoPicture } from '../cells/no-picture.ts';
import {
  beginsClean,
  endsLikeDocument,
  endsLikePicture,
  isAttachment,
  isHtml,
  isPictureHost,
  lookAt,
  shapeOf,
} from './cell.ts';
import type { HeadRow } from './types.ts';

export interface ColumnSurvey {
  /** Cells that hold addresses or, when a base URL is given, paths of pictures. */
  urlCells: number;
  urls: number;
  /** Cells with more than one address. */
  lists: number;
  /** Addresses that end like pictures, or like other files; addresses of hosts that have nothing but pictures. */
  pictureEnds: number;
  documentEnds: number;
  pictureHosts: number;
  /** Cells that begin with what they hold; cells in the manner of Airtable. */
  clean: number;
  attachments: number;
  /** Cells whose addresses stand in HTML. */
  html: number;
  /** Cells with paths of pictures, as long as no base URL is given. */
  paths: number;
  wixPaths: number;
  embedded: number;
  texts: number;
  numbers: number;
  /** The index of the first row with an address, a path or a picture; cells from there on that do not say that there is none. */
  first: number | null;
  filledSince: number;
  example: string;
  shape: string | null;
}

const nothing = (): ColumnSurvey => ({
  urlCells: 0,
  urls: 0,
  lists: 0,
  pictureEnds: 0,
  documentEnds: 0,
  pictureHosts: 0,
  clean: 0,
  attachments: 0,
  html: 0,
  paths: 0,
  wixPaths: 0,
  embedded: 0,
  texts: 0,
  numbers: 0,
  first: null,
  filledSince: 0,
  example: '',
  shape: null,
});

const LONGEST_EXAMPLE = 120;

export function surveyColumns(rows: readonly HeadRow[], from: number, hasBase: boolean): ColumnSurvey[] {
  const columns: ColumnSurvey[] = [];
  for (let index = from; index < rows.length; index++) {
    const { cells } = rows[index]!;
    while (columns.length < cells.length) columns.push(nothing());
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at]!;
      if (cell !== '') count(columns[at]!, cell, index, hasBase);
    }
  }
  return columns;
}

function count(column: ColumnSurvey, cell: string, row: number, hasBase: boolean): void {
  const { kind, urls } = lookAt(cell);
  if (kind === 'empty') return;
  if (kind === 'text') column.texts++;
  else if (kind === 'number') column.numbers++;
  else {
    column.first ??= row;
    if (kind === 'embedded') column.embedded++;
    else if (kind === 'paths' && !hasBase) {
      column.paths++;
      if (urls.some((path) => path.includes('~mv2'))) column.wixPaths++;
      column.example ||= shortened(urls[0]!);
    } else countUrls(column, cell, kind === 'paths', urls);
  }
  if (column.first !== null && !isNoPicture(cell)) column.filledSince++;
}

function countUrls(column: ColumnSurvey, cell: string, paths: boolean, urls: readonly string[]): void {
  column.urlCells++;
  column.urls += urls.length;
  if (urls.length > 1) column.lists++;
  if (paths || beginsClean(cell)) column.clean++;
  if (isAttachment(cell)) column.attachments++;
  if (isHtml(cell)) column.html++;
  for (const url of urls) {
    if (paths || endsLikePicture(url)) column.pictureEnds++;
    else if (endsLikeDocument(url)) column.documentEnds++;
    if (isPictureHost(url)) column.pictureHosts++;
  }
  column.example ||= shortened(urls[0]!);
  column.shape ??= shapeOf(urls[0]!);
}

const shortened = (text: string): string =>
  text.length > LONGEST_EXAMPLE ? `${text.slice(0, LONGEST_EXAMPLE - 1)}…` : text;

/** Whether most of what the column holds, since it began to hold it, are addresses, paths or pictures. */
export function holdsPictures(column: ColumnSurvey): boolean {
  return (
    column.first !== null && 2 * (column.urlCells + column.paths + column.embedded) >= column.filledSince
  );
}

export function holdsUrls(column: ColumnSurvey): boolean {
  return column.urlCells > 0 && 2 * (column.urlCells + column.embedded) >= column.filledSince;
}

export function holdsPaths(column: ColumnSurvey): boolean {
  return column.paths > 0 && 2 * column.paths >= column.filledSince;
}
