// A reason to read a file once more: its head was not like the rest.
import type { Assumed } from './check-types.ts';
import { type OpenedTable, wantedOf } from './open-table.ts';
import { recognise } from './recognise/recognise.ts';
import type { EncodingWatch } from './text/encoding-watch.ts';
import type { LateRows } from './text/late-rows.ts';

/** What the rest of the file was like. */
interface Seen {
  watch: Pick<EncodingWatch, 'encoding'>;
  late: Pick<LateRows, 'rows'>;
  /** A quote stood where none may be. */
  brokenQuotes: boolean;
}

/** What to assume then; null when what the head told holds. */
export function readAgain(
  { dialect, recognised, head, encodingIsGuess, options }: OpenedTable,
  { watch, late, brokenQuotes }: Seen,
): Assumed | null {
  if (encodingIsGuess && watch.encoding === 'windows-1252') {
    return { dialect, recognised, encoding: 'windows-1252' };
  }
  if (brokenQuotes && dialect.delimiter === '\t' && dialect.quoting === 'rfc4180') {
    return { dialect: { ...dialect, quoting: 'none' }, recognised };
  }
  const rows = recognised.layout || head.complete ? null : late.rows;
  if (!rows) return null;
  const found = recognise({ rows, complete: true }, wantedOf(options));
  return found.layout ? { dialect, recognised: found } : null;
}
