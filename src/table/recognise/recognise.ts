// Recognises a table: where its header is, which columns hold pictures, what a product is called. Nothing is guessed silently.
import { nearest } from '../../util/nearest.ts';
import { PROFILES } from '../profiles/index.ts';
import {
  type FoundUrls,
  findGiven,
  urlsByContent,
  urlsGiven,
  urlsOfOwn,
  urlsOfProfile,
} from './find-urls.ts';
import { findFirstRow, firstWithoutHeader, settingsOf } from './header-row.ts';
import { findNames } from './names.ts';
import { findError, findSerial, readOwn } from './own-layout.ts';
import { type Judged, judgeColumns } from './pictures.ts';
import { columnsOf, profileIds } from './profiled.ts';
import { shortened } from './say.ts';
import { scoreOf } from './score.ts';
import { settleTable, type Table } from './table.ts';
import type { Candidate, Head, Layout, LayoutProblem, Recognised, Wanted } from './types.ts';
import { needsBase, warningsOf } from './warnings.ts';

export function recognise(head: Head, wanted: Wanted): Recognised {
  const ids = profileIds();
  if (!['auto', 'none', ...ids].includes(wanted.profile)) return refused(unknownProfile(wanted.profile, ids));
  if (head.rows.length === 0)
    return refused({
      code: 'missing_column',
      column: 'url_column',
      record: null,
      message: 'The file has no rows',
    });
  const table = settleTable(head, wanted);
  if ('code' in table) return refused(table);
  if (ids.includes(wanted.profile) && table.profiled === null) return refused(notOfProfile(wanted.profile));

  const judged = judgeColumns(table.header, table.survey);
  const found = findUrls(table, judged);
  const taken = found.urls.map(({ index }) => index);
  const strict =
    table.own &&
    (wanted.urlColumns.length === 0 || readOwn(table.header, 0).urls.some((index) => taken.includes(index)));
  const names = nameColumns(table, taken, strict);
  const problems = [...found.problems, ...names.problems, ...needsBase(table, taken, strict)];
  const urls = [...found.urls].sort((a, b) => a.index - b.index);
  const layout: Layout = {
    profile: table.profiled?.profile.id ?? null,
    headerRow: table.record,
    firstRow: firstRecord(table, taken, strict),
    columnCount: table.labels.length,
    urls,
    names: names.columns,
    serial: findSerial(table.header, strict),
    error: findError(table.header, [...taken, ...names.columns]),
    strict,
  };
  return {
    layout: problems.length === 0 ? layout : null,
    score: scoreOf(table, { taken, strict, problems: problems.length }),
    problems,
    candidates: candidatesOf(table, judged, found),
    warnings: [...found.warnings, ...warningsOf(table, taken)],
  };
}

function findUrls(table: Table, judged: readonly Judged[]): FoundUrls {
  if (table.wanted.urlColumns.length > 0) return urlsGiven(table);
  if (table.own) return urlsOfOwn(table);
  return table.profiled === null ? urlsByContent(table, judged) : urlsOfProfile(table);
}

function nameColumns(
  table: Table,
  taken: readonly number[],
  strict: boolean,
): { columns: number[]; problems: LayoutProblem[] } {
  const { wanted, header, record, survey, profiled } = table;
  if (wanted.nameColumn !== null) return findGiven(table, [wanted.nameColumn], 'name_column');
  if (strict) {
    const { names, problems } = readOwn(header, record!);
    return { columns: names, problems: problems.filter(({ column }) => column === 'Product Name') };
  }
  const profile = profiled?.profile.names.flatMap((name) => columnsOf(header, name)) ?? [];
  const columns = profile.length > 0 ? [...new Set(profile)] : findNames(header, survey, taken);
  return { columns, problems: [] };
}

function firstRecord({ rows, headerIndex }: Table, taken: readonly number[], strict: boolean): number {
  if (headerIndex === null) return rows[firstWithoutHeader(rows)]!.record;
  const header = rows[headerIndex]!.record;
  const said = strict ? null : settingsOf(rows).data;
  if (said !== null && said > header) return said;
  const index = strict ? headerIndex + 1 : findFirstRow(rows, headerIndex, taken);
  return rows[index]?.record ?? header + 1;
}

function candidatesOf({ labels, survey }: Table, judged: readonly Judged[], found: FoundUrls): Candidate[] {
  const taken = new Set(found.urls.map(({ index }) => index));
  return judged.map(({ index, why }) => ({
    index,
    header: shortened(labels[index]!),
    example: survey[index]!.example,
    urls: survey[index]!.urls,
    why: taken.has(index) ? (found.why ?? why) : why,
  }));
}

function refused(problem: LayoutProblem): Recognised {
  return { layout: null, score: 0, problems: [problem], candidates: [], warnings: [] };
}

function unknownProfile(given: string, ids: readonly string[]): LayoutProblem {
  const name = shortened(given);
  const meant = nearest(given, ['auto', 'none', ...ids]);
  const hint = meant === null ? '' : ` Did you mean profile=${meant}?`;
  return {
    code: 'unknown_profile',
    column: '',
    record: null,
    message: `There is no profile "${name}".${hint} There are auto, none, ${ids.join(', ')}`,
  };
}

function notOfProfile(id: string): LayoutProblem {
  const { label, all } = PROFILES.find((profile) => profile.id === id)!;
  const columns = all.map((name) => `"${name}"`).join(', ');
  return {
    code: 'missing_column',
    column: all[0]!,
    record: null,
    message: `None of the first rows is the header of "${label}", which has ${columns}. Send profile=auto to have the file looked at as it is`,
  };
}
