// What was recognised of a file, in words.
import type { CsvProblem, Validation } from '../api/types.ts';
import { count, counted } from '../format.ts';

const MOST_NAMED = 8;
/** The header of halve's own layout, as loosely as it is matched. */
const OWN = /^input[^a-z]*image[^a-z]*urls?$/i;

/** `Shopify product export: 2 image columns, 14 rows without an image pass through.` */
export function recognisedAs(found: Validation, chosen: boolean): string {
  const { profile_label, url_columns, rows, header_row } = found;
  const said = [];
  if (rows.passed_through > 0)
    said.push(
      `${counted(rows.passed_through, 'row')} without an image ${rows.passed_through === 1 ? 'passes' : 'pass'} through`,
    );
  if (header_row !== null && header_row > 1) said.push(`its columns are named in row ${count(header_row)}`);
  if (profile_label !== null && !chosen)
    return `${[`${profile_label}: ${counted(url_columns.length, 'image column')}`, ...said].join(', ')}.`;
  const several = url_columns.length > 1;
  const how = chosen
    ? 'you chose'
    : url_columns.every((name) => OWN.test(name))
      ? `found by ${several ? 'their names' : 'its name'}`
      : `found by ${several ? 'their' : 'its'} content`;
  return `${[`Image column${several ? 's' : ''} ${how}: ${listed(url_columns)}`, ...said].join('; ')}.`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 1 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${count(more)} more` : names.join(', ');
}

/** What a column is called, by its number from 1. */
export function columnName({ header }: Pick<Validation, 'header'>, column: number): string {
  return header[column - 1]?.trim() || `Column ${column}`;
}

/** All columns that are known of, by their numbers. */
export function columnsOf({ header, preview, candidates }: Validation): number[] {
  const last = Math.max(
    header.length,
    preview[0]?.cells.length ?? 0,
    ...candidates.map(({ column }) => column),
  );
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** `Row 14, Mug`: where a spreadsheet shows it; '' for the whole file. */
export function whereOf(at: Pick<CsvProblem, 'line' | 'spreadsheet_row' | 'product_name'>): string {
  const { line, spreadsheet_row, product_name } = at;
  if (spreadsheet_row !== null)
    return `Row ${count(spreadsheet_row)}${product_name === undefined ? '' : `, ${product_name}`}`;
  return line === null ? '' : `Line ${count(line)}`;
}

/** A message without what a program would send: the page has a field for it. */
export function forPeople(message: string): string {
  return `${message.split(/: (?:if they are pictures, )?send /)[0]}.`;
}
