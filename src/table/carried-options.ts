// What a failed file tells of the upload it comes from: how its columns were named, in the header of its `Error` column, so
// that it can be uploaded as it is.
import type { TableOptions } from './table-options.ts';

/** Options without which the columns of a file may not be found again. */
const CARRIED = ['profile', 'url_column', 'name_column', 'rows', 'base_url', 'encoding'] as const;
/** Anywhere in a file's head, at the end of a line. */
const IN_HEAD = /Error \[([^\]\r\n]{1,4000})\]"?[ ]*(?:[\r\n]|$)/;

/** The header of the `Error` column: plain where everything is found again by itself. */
export function errorHeader(options: TableOptions): string {
  const said = new URLSearchParams();
  for (const name of CARRIED) {
    const value = options[name];
    if (value === null || (name === 'profile' && value === 'auto')) continue;
    for (const text of typeof value === 'string' ? [value] : value) said.append(name, text);
  }
  const text = said.toString();
  return text === '' ? 'Error' : `Error [${text}]`;
}

/** What the head of a file (lossless text) carries; null when nothing. */
export function carriedOptions(head: string): Partial<TableOptions> | null {
  const text = IN_HEAD.exec(head)?.[1];
  if (text === undefined) return null;
  const said = new URLSearchParams(text.replaceAll('""', '"'));
  const one = (name: string) => said.get(name);
  const carried: Record<string, unknown> = { url_column: said.getAll('url_column') };
  for (const name of CARRIED) if (name !== 'url_column' && said.has(name)) carried[name] = one(name);
  return carried as Partial<TableOptions>;
}
