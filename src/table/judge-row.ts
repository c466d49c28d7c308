// What is wrong with one data row, and what is odd about it.
import type { Finding, TableLimits } from './check-types.ts';
import type { Row } from './row.ts';
import type { TableShape } from './shape.ts';
import type { ScanProblem } from './text/scanned-record.ts';

export interface RowContext {
  shape: Pick<TableShape, 'columns' | 'column_count'>;
  /** Name of a column by its place. */
  titleOf(index: number): string;
  limits: Pick<TableLimits, 'maxUrlsPerRow'>;
}

const NONE: readonly never[] = [];
/** The most characters that Excel keeps in a cell. */
const EXCEL_CELL = 32_767;
const SHOWN = 100;

/** What a file with this row in it is refused for, where every row must be a product. All of it, not the first only. */
export function problemsOf(row: Row, context: RowContext): readonly Finding[] {
  const { shape, titleOf, limits } = context;
  const invalid = invalidUrls(row, context);
  const fine = invalid.length === 0 && row.urls > 0 && row.urls <= limits.maxUrlsPerRow;
  if (fine && row.overflow === null && row.name !== '') return NONE;
  const found: Finding[] = [];
  const urlColumn = shape.columns.urls[0] ? titleOf(shape.columns.urls[0].index) : null;
  if (row.name === '') {
    const name = shape.columns.names[0];
    found.push({
      column: name === undefined ? null : titleOf(name),
      code: 'empty_name',
      message: 'The name is empty',
    });
  }
  if (row.urls === 0) found.push({ column: urlColumn, code: 'no_url', message: 'There is no URL' });
  if (row.urls > limits.maxUrlsPerRow) found.push(tooMany(row, urlColumn, limits));
  for (const finding of invalid) found.push(finding);
  if (row.overflow !== null) {
    const message =
      `The header has ${shape.column_count} cells, this row has more: "${shown(row.overflow)}" is in no column ` +
      '(a cell that contains the delimiter must be in quotes)';
    found.push({ column: null, code: 'too_many_cells', message });
  }
  return found;
}

/** The same where other rows pass through: only what would harm everybody refuses the file. */
export function lenientProblemsOf(row: Row, { titleOf, shape, limits }: RowContext): readonly Finding[] {
  if (row.urls <= limits.maxUrlsPerRow) return NONE;
  return [tooMany(row, titleOf(shape.columns.urls[0]!.index), limits)];
}

/** Texts that should be URLs and are none. */
export function invalidUrls(row: Row, { shape, titleOf }: RowContext): readonly Finding[] {
  let found: Finding[] | undefined;
  for (const { urls, column } of row.cells) {
    for (const { url, problem } of urls) {
      if (problem === null) continue;
      found ??= [];
      found.push({
        column: titleOf(shape.columns.urls[column]!.index),
        code: 'invalid_url',
        message: `"${shown(url)}" ${problem}`,
      });
    }
  }
  return found ?? NONE;
}

/** What works but may not be meant. */
export function warningsOf(row: Row, { shape, titleOf }: RowContext): readonly Finding[] {
  let found: Finding[] | undefined;
  if (row.embedded !== null) {
    const message = 'The cell holds a picture itself instead of an address: it stays as it is';
    found = [{ column: titleOf(shape.columns.urls[row.embedded]!.index), code: 'embedded_picture', message }];
  }
  for (const { column, joined, text, warnings } of row.cells) {
    if (joined === 0 && warnings.length === 0 && text.length <= EXCEL_CELL) continue;
    found ??= [];
    const title = titleOf(shape.columns.urls[column]!.index);
    if (joined > 0) {
      const message =
        'The list of URLs is not in quotes; the cells behind the last column were taken as part of it';
      found.push({ column: title, code: 'joined_cells', message });
    }
    if (text.length > EXCEL_CELL) {
      const message = `The URL cell is longer than the ${EXCEL_CELL.toLocaleString('en')} characters that Excel keeps`;
      found.push({ column: title, code: 'longer_than_excel', message });
    }
    for (const warning of warnings) found.push({ column: title, ...warning });
  }
  return found ?? NONE;
}

function tooMany(row: Row, column: string | null, limits: RowContext['limits']): Finding {
  const message = `There are ${row.urls} URLs in this row; it may have ${limits.maxUrlsPerRow}`;
  return { column, code: 'too_many_urls', message };
}

/** What is said of a record that cannot be read. */
export function brokenBy(code: ScanProblem['code'], { maxCell }: Pick<TableLimits, 'maxCell'>): string {
  const longest = `${maxCell} characters`;
  return {
    unclosed_quote: `A quote opens here and is not closed (a cell may have ${longest})`,
    stray_quote: 'There is text behind a closing quote; a quote inside a quoted cell is written twice ("")',
    cell_too_long: `A cell is longer than ${longest}, or its row than four times as many`,
  }[code];
}

/** The start of a text on one line, for a message. */
export function shown(text: string): string {
  const line = text
    .slice(0, 5 * SHOWN)
    .trim()
    .replace(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
