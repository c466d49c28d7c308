// Taking rows that are due: the same way for whatever has a time at which it is, and moves it forward as its lease.
import { sql } from 'kysely';
import type { Connection } from './connection/connect.ts';

interface Due {
  table: 'deliveries' | 'requests';
  /** When the row is due (ms); null when it is not. */
  column: string;
  limit: number;
  leaseMs: number;
}

/** Takes the rows that have been due longest, none of which another takes at the same time. Resolves with their ids. */
export async function claimDue(
  { db, now, lock }: Pick<Connection, 'db' | 'now' | 'lock'>,
  { table, column, limit, leaseMs }: Due,
): Promise<string[]> {
  const [from, at] = [sql.table(table), sql.ref(column)];
  const { rows } = await sql<{ id: string }>`
    with due as materialized (
      select id from ${from} where ${at} is not null and ${at} <= ${now()}
      order by ${at} limit ${limit} ${lock.skip})
    update ${from} set ${at} = ${now()} + ${leaseMs} from due where ${from}.id = due.id
    returning ${from}.id`.execute(db);
  return rows.map(({ id }) => id);
}
