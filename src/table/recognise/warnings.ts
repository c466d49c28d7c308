// What is said of a table that was recognised, and the question for the address that its paths hang under.
import { quoted } from './say.ts';
import { type ColumnSurvey, holdsPaths } from './survey.ts';
import type { Table } from './table.ts';
import type { LayoutProblem, LayoutWarning } from './types.ts';

const WIX_MEDIA = 'https://static.wixstatic.com/media/';
const ANY_BASE = 'https://your-shop.example/images/';

/** Columns with paths and no address at all need a base URL. halve's own layout takes whole addresses only, and its rows say so. */
export function needsBase(table: Table, taken: readonly number[], strict: boolean): LayoutProblem[] {
  const { survey, header, record, wanted } = table;
  if (strict || wanted.baseUrl !== null) return [];
  const filled = taken.filter((index) => survey[index] !== undefined && survey[index].filledSince > 0);
  const paths = filled.filter((index) => holdsPaths(survey[index]!));
  if (paths.length === 0 || filled.some((index) => survey[index]!.urlCells > 0)) return [];
  const example = survey[paths[0]!]!.example;
  const holds = paths.length > 1 ? 'hold' : 'holds';
  return [
    {
      code: 'needs_base_url',
      column: header[paths[0]!] ?? '',
      record,
      message: `${quoted(header, paths)} ${holds} paths or names of files without a host (${example}): send base_url with the address that they hang under, such as base_url=${baseFor(table, survey[paths[0]!]!)}`,
    },
  ];
}

function baseFor({ profiled }: Table, { wixPaths }: ColumnSurvey): string {
  return profiled?.profile.baseUrl ?? (wixPaths > 0 ? WIX_MEDIA : ANY_BASE);
}

export function warningsOf(table: Table, taken: readonly number[]): LayoutWarning[] {
  const { header, survey, profiled, headerIndex, complete } = table;
  const warnings: LayoutWarning[] = [...(profiled?.profile.notes ?? [])];
  const having = (holds: (column: ColumnSurvey) => boolean, among: readonly number[]) =>
    among.filter((index) => survey[index] !== undefined && holds(survey[index]));
  const cells = (count: number) => `${complete ? '' : 'At least '}${count} ${count === 1 ? 'cell' : 'cells'}`;

  if (headerIndex === null)
    warnings.push({
      code: 'no_header',
      message:
        'The file has no header row: its columns are called "Column 1", "Column 2" and so on. If a row holds their names, send header_row with its number',
    });
  const embedded = having((column) => column.embedded > 0, [...survey.keys()]);
  if (embedded.length > 0) {
    const count = embedded.reduce((sum, index) => sum + survey[index]!.embedded, 0);
    warnings.push({
      code: 'embedded_pictures',
      message: `${cells(count)} of ${quoted(header, embedded)} ${count === 1 ? 'holds' : 'hold'} a picture itself (data:image/…) instead of an address: they stay as they are`,
    });
  }
  const paths = having((column) => column.paths > 0 && column.urlCells > 0, taken);
  if (paths.length > 0) {
    const count = paths.reduce((sum, index) => sum + survey[index]!.paths, 0);
    warnings.push({
      code: 'relative_paths',
      message: `${cells(count)} of ${quoted(header, paths)} ${count === 1 ? 'holds a path' : 'hold paths'} without a host: send base_url to have ${count === 1 ? 'it' : 'them'} fetched too`,
    });
  }
  if (having((column) => column.attachments > 0, taken).length > 0)
    warnings.push({
      code: 'links_expire',
      message:
        'The links of Airtable end some hours after the export: process the file soon, and keep the results',
    });
  return warnings;
}
