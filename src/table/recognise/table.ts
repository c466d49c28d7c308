// A head whose header row is settled: what every way of finding columns looks at.

import { isNumber, isPattern } from './choice.ts';
import { findHeaderRow, HEADER_DEPTH, settingsOf } from './header-row.ts';
import { findOwn } from './own-layout.ts';
import { findProfile, type Profiled, trimmed } from './profiled.ts';
import { columnLabel } from './say.ts';
import { type ColumnSurvey, surveyColumns } from './survey.ts';
import type { Head, HeadRow, LayoutProblem, Wanted } from './types.ts';
import { plain } from './words.ts';

export interface Table {
  rows: readonly HeadRow[];
  complete: boolean;
  wanted: Wanted;
  /** The index of the header among the rows; null when there is none. */
  headerIndex: number | null;
  /** The number of its record. */
  record: number | null;
  /** Its cells, trimmed; empty when there is no header. */
  header: readonly string[];
  /** The same for people: `Column 3` where the header says nothing. */
  labels: readonly string[];
  /** Of the rows below the header. */
  survey: readonly ColumnSurvey[];
  profiled: Profiled | null;
  /** Whether the header is that of halve's own layout. */
  own: boolean;
}

export function settleTable(head: Head, wanted: Wanted): Table | LayoutProblem {
  const { rows } = head;
  const among = headerCandidates(rows, wanted.headerRow);
  if (among === null) return noSuchRow(rows, wanted.headerRow!);
  const id = wanted.profile === 'auto' || wanted.profile === 'none' ? null : wanted.profile;
  const own = id === null ? findOwn(rows, among) : null;
  const profiled = own !== null || wanted.profile === 'none' ? null : findProfile(rows, among, id);
  const headerIndex =
    own ?? profiled?.row ?? (wanted.headerRow === null ? guess(rows, wanted) : (among[0] ?? null));
  const header = headerIndex === null ? [] : rows[headerIndex]!.cells.map(trimmed);
  const survey = surveyColumns(rows, headerIndex === null ? 0 : headerIndex + 1, wanted.baseUrl !== null);
  const width = Math.max(header.length, headerIndex === null ? survey.length : 0);
  const labels = Array.from({ length: width }, (_, index) => header[index] || columnLabel(index));
  return {
    rows,
    complete: head.complete,
    wanted,
    headerIndex,
    record: headerIndex === null ? null : rows[headerIndex]!.record,
    header,
    labels,
    survey: survey.slice(0, width),
    profiled,
    own: own !== null,
  };
}

/** The indexes of the rows that may be the header: none when there is said to be none; null when there is no such row. */
function headerCandidates(rows: readonly HeadRow[], wanted: number | null): number[] | null {
  if (wanted === 0) return [];
  if (wanted === null) return [...rows.slice(0, HEADER_DEPTH).keys()];
  const index = rows.findIndex(({ record }) => record === wanted);
  return index < 0 ? null : [index];
}

function noSuchRow(rows: readonly HeadRow[], wanted: number): LayoutProblem {
  const last = rows.at(-1)!.record;
  const message =
    wanted > last
      ? `header_row=${wanted}: the header must be one of the first rows, and the last that was looked at is row ${last}`
      : `header_row=${wanted}: row ${wanted} is empty. Row ${rows[0]!.record} is the first that is not; header_row=0 says that there is no header`;
  return { code: 'missing_header_row', column: '', record: wanted, message };
}

/** Amazon's own word first; then the row that has what the user named; then what the cells say. */
function guess(rows: readonly HeadRow[], wanted: Wanted): number | null {
  const named = settingsOf(rows).header;
  const settled = named === null ? -1 : rows.findIndex(({ record }) => record === named);
  if (settled >= 0) return settled;
  const byContent = findHeaderRow(rows, surveyColumns(rows, 0, wanted.baseUrl !== null));
  const texts = [...wanted.urlColumns, ...(wanted.nameColumn === null ? [] : [wanted.nameColumn])];
  const asked = texts.filter((text) => !isPattern(text) && !isNumber(text));
  if (asked.length === 0) return byContent;
  const first = rows.slice(0, HEADER_DEPTH).map(({ cells }) => cells.map(trimmed));
  const loose = first.map((cells) => new Set(cells.map(plain)));
  const hasAll = (row: number) => asked.every((text) => loose[row]!.has(plain(text)));
  if (byContent !== null && byContent < first.length && hasAll(byContent)) return byContent;
  const exact = first.findIndex((cells) => asked.every((text) => cells.includes(text.trim())));
  const row = exact >= 0 ? exact : first.findIndex((_, index) => hasAll(index));
  return row >= 0 ? row : byContent;
}
