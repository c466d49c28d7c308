// What is wrong with one data row, and what is odd about it.
import type { CsvLimits, CsvWarning } from './check-types.ts';
import { urlProblem } from './image-urls.ts';
import type { Draft } from './problem-list.ts';
import { isBlankCell, type Layout, type RawRow } from './row.ts';
import { possibleReadings, type Sniffed } from './text-encoding.ts';

export interface RowContext {
  layout: Layout;
  /** The header's cells as lossless text. */
  header: readonly string[];
  encoding: Sniffed['encoding'];
  limits: Pick<CsvLimits, 'maxUrlsPerRow'>;
}

/** Where it is, the caller knows. */
type RowDraft = Omit<Draft, 'line' | 'row'>;

const NONE: readonly never[] = [];
/** The most characters that Excel keeps in a cell. */
const EXCEL_CELL = 32_767;

/** Every problem of a row, not the first only. */
export function judgeRow(
  data: RawRow,
  { layout, header, encoding, limits }: RowContext,
): readonly RowDraft[] {
  const { name, texts, overflow } = data;
  const badUrls = texts.length === 0 ? NONE : texts.filter((text) => urlProblem(text) !== null);
  const fine = badUrls.length === 0 && texts.length > 0 && texts.length <= limits.maxUrlsPerRow;
  if (fine && overflow === null && !isBlankCell(name)) return NONE;

  const drafts: RowDraft[] = [];
  const urlColumn = header[layout.columns.url];
  if (isBlankCell(name)) {
    const column = header[layout.columns.name];
    drafts.push({ column, code: 'empty_name', message: () => 'The name is empty' });
  }
  if (texts.length === 0)
    drafts.push({ column: urlColumn, code: 'no_url', message: () => 'There is no URL' });
  if (texts.length > limits.maxUrlsPerRow) {
    const message = () => `There are ${texts.length} URLs in this row; it may have ${limits.maxUrlsPerRow}`;
    drafts.push({ column: urlColumn, code: 'too_many_urls', message });
  }
  for (const text of badUrls) {
    // A host with an umlaut is judged as it reads, not as its bytes look.
    const problem = urlProblem(possibleReadings(text, encoding)[0] ?? text);
    if (problem === null) continue;
    const message = (quoted: string) => `"${quoted}" ${problem}`;
    drafts.push({ column: urlColumn, code: 'invalid_url', quote: text, message });
  }
  if (overflow !== null) {
    const message = (quoted: string) =>
      `The header has ${layout.column_count} cells, this row has more: "${quoted}" is in no column ` +
      '(a cell that contains the delimiter must be in quotes)';
    drafts.push({ code: 'too_many_cells', quote: overflow, message });
  }
  return drafts;
}

export function warningsOf(data: RawRow): readonly Pick<CsvWarning, 'code' | 'message'>[] {
  if (data.joined === 0 && data.urlCell.length <= EXCEL_CELL) return NONE;
  const joined = {
    code: 'joined_cells',
    message: 'The list of URLs is not in quotes; the cells behind the last column were taken as part of it',
  } as const;
  const long = {
    code: 'longer_than_excel',
    message: `The URL cell is longer than the ${EXCEL_CELL.toLocaleString('en')} characters that Excel keeps`,
  } as const;
  return [...(data.joined > 0 ? [joined] : []), ...(data.urlCell.length > EXCEL_CELL ? [long] : [])];
}
