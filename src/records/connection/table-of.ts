// Rows of values as a table in a statement: VALUES on SQLite; one array a column on PostgreSQL, where the number of
// parameters then does not grow with the rows and the types need no inference.
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from './connect.ts';

/** A column of such a table: its type in PostgreSQL, and how its value is had from an item. */
export type Columns<Item> = Record<string, { type: 'text' | 'integer' | 'bigint'; of(item: Item): unknown }>;

/** SQLite takes 32,766 parameters a statement; PostgreSQL's arrays have no limit of their own. */
const SQLITE_PARAMETERS = 3_500;
const POSTGRES_ROWS = 10_000;

/** The name and columns of the table, then its rows, as they stand behind `with`. At least one item. */
export function tableOf<Item>(
  name: string,
  { kind, columns, items }: { kind: Connection['kind']; columns: Columns<Item>; items: Item[] },
): RawBuilder<unknown> {
  const all = Object.entries(columns);
  const names = sql.join(all.map(([column]) => sql.ref(column)));
  const rows =
    kind === 'PostgreSQL'
      ? sql`select * from unnest(${sql.join(all.map(([, { type, of }]) => sql`${sql.val(items.map(of))}::${sql.raw(type)}[]`))})`
      : sql`values ${sql.join(items.map((item) => sql`(${sql.join(all.map(([, { of }]) => of(item)))})`))}`;
  return sql`${sql.ref(name)} (${names}) as (${rows})`;
}

/** Items in pages of which each fits one `tableOf`. */
export function* pagesOf<Item>(
  items: Item[],
  { kind, columns }: { kind: Connection['kind']; columns: Columns<Item> },
): Generator<Item[]> {
  const size =
    kind === 'PostgreSQL' ? POSTGRES_ROWS : Math.floor(SQLITE_PARAMETERS / Object.keys(columns).length);
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
