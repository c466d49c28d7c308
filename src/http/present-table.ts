// What was recognised of a table, as the answers to an upload and to its check tell it.
import { z } from 'zod';
import { PROFILES } from '../table/profiles/index.ts';
import type { TableCheck } from '../table/table.ts';

const whole = z.number().int();
const column = whole.describe('Number of a column, from 1');

/** In the answer to an upload and in that of a check. */
export const recognisedFields = {
  profile: z
    .string()
    .nullable()
    .describe('Id of the layout; null when the columns were found by their content or named'),
  header_row: whole
    .nullable()
    .describe('Row that names the columns, as a spreadsheet numbers it; null when none does'),
  url_columns: z.array(z.string()).describe('The columns whose images are processed, as the file names them'),
  name_column: z.string().nullable(),
  rows: z.object({
    total: whole,
    passed_through: whole.describe('Rows without an image: they stay as they are'),
    with_problems: whole,
  }),
  warnings: z
    .array(
      z.object({
        line: whole.nullable(),
        row: whole.nullable(),
        spreadsheet_row: whole.nullable(),
        column: z.string().nullable(),
        product_name: z.string().optional().describe('What the row names, shortened'),
        code: z.string(),
        message: z.string(),
      }),
    )
    .describe('The first 100 things that work but may not be meant'),
  warning_counts: z.record(z.string(), whole).describe('All of them, by code'),
};

/** In the answer of a check only: what a page needs to show the table. */
export const tableFields = {
  profile_label: z.string().nullable(),
  header: z.array(z.string()).describe('The columns as the file names them'),
  columns: z
    .object({ urls: z.array(column), names: z.array(column), serial: column.nullable() })
    .nullable()
    .describe('The ones that are used; null when they were not recognised'),
  candidates: z
    .array(z.object({ column, header: z.string(), example: z.string(), urls: whole, why: z.string() }))
    .describe('Columns that hold addresses, and why each was taken or was not'),
  preview: z
    .array(
      z.object({
        row: whole,
        spreadsheet_row: whole,
        name: z.string(),
        urls: z.array(z.string()),
        cells: z.array(z.string()),
      }),
    )
    .describe('The first rows with images, as they were understood'),
};

export function presentRecognised({ shape, header, rows, warnings, warning_counts }: TableCheck) {
  const name = shape?.columns.names[0];
  return {
    profile: shape?.profile ?? null,
    header_row: shape?.header_row ?? null,
    url_columns: shape?.columns.urls.map(({ index, title }) => title || `Column ${index + 1}`) ?? [],
    name_column: name === undefined ? null : (header[name] ?? `Column ${name + 1}`),
    rows,
    warnings,
    warning_counts,
  };
}

export function presentTable({ shape, header, candidates, preview }: TableCheck) {
  const number = (index: number) => index + 1;
  return {
    profile_label: PROFILES.find(({ id }) => id === shape?.profile)?.label ?? null,
    header,
    columns: shape && {
      urls: shape.columns.urls.map(({ index }) => number(index)),
      names: shape.columns.names.map(number),
      serial: shape.columns.serial === null ? null : number(shape.columns.serial),
    },
    candidates: candidates.map(({ index, ...rest }) => ({ column: number(index), ...rest })),
    preview,
  };
}
