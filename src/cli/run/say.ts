// What `halve run` says of a table before it starts, and why it refuses one.
import type { AppError } from '../../errors.ts';
import { presentRecognised, presentTable } from '../../http/present-table.ts';
import type { TableCheck, TableOptions } from '../../table/table.ts';

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
export const countOf = (number: number, one: string) =>
  `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;

export function recognisedText(name: string, check: TableCheck, { url_column }: TableOptions): string {
  const { header_row, url_columns, name_column, rows, warnings, warning_counts } = presentRecognised(check);
  const { profile_label } = presentTable(check);
  const by = url_column.length > 0 ? 'by the columns that were named' : 'by content';
  const passing = `${rows.passed_through.toLocaleString('en')} without a picture pass through as they are`;
  return [
    `${name}: recognised ${profile_label === null ? by : `as ${profile_label}`}`,
    `  pictures in ${quoted(url_columns)}, names in ${name_column === null ? 'no column' : quoted([name_column])}`,
    `  ${header_row === null ? 'no header row' : `header in row ${header_row}`}, ${countOf(rows.total, 'row')} with ${countOf(check.images, 'image')}, ${passing}`,
    ...Object.entries(warning_counts).flatMap(([code, times]) => {
      const first = warnings.find((warning) => warning.code === code);
      if (!first) return [`  warning ${code}, ${countOf(times, 'time')}`];
      const where = first.line === null ? '' : `, first in line ${first.line}`;
      return [`  warning ${code}, ${countOf(times, 'time')}${where}: ${first.message}`];
    }),
  ].join('\n');
}

/** Every problem with its line, then the columns that might have been meant. */
export function refusalText(
  { message, errors = [] }: AppError,
  candidates: TableCheck['candidates'] = [],
): string {
  const lines = errors.map(
    ({ line, message }) => `  ${line === null ? '' : `line ${line}: `}${asOptions(message)}`,
  );
  const columns = candidates.map(
    ({ index, header, urls, example, why }) =>
      `  --url-column '#${index + 1}' is "${header}", ${countOf(urls, 'URL')} such as ${example}: ${why}`,
  );
  if (columns.length > 0) lines.push('columns with addresses:', ...columns);
  return [message, ...lines].join('\n');
}

/** `url_column=Link`, as uploads have it, is `--url-column=Link` here. */
function asOptions(message: string): string {
  return message.replace(
    /(?<![\w-])(?:(?:url_column|name_column|header_row|base_url)\b|(?:profile|rows|encoding)(?==))/g,
    (name) => `--${name.replaceAll('_', '-')}`,
  );
}
