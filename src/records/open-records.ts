// The records as one value: what app.ts hands to everything that reads or writes the database.
import { sql } from 'kysely';
import type { Clock } from '../ports.ts';
import { connect } from './connect.ts';
import { createDeliveries } from './deliveries.ts';
import { createDue } from './due.ts';
import { createRemoval } from './removal.ts';
import { createRequests } from './requests.ts';
import { createResults } from './results.ts';
import { createStatistics } from './statistics.ts';

export type Records = Awaited<ReturnType<typeof openRecords>>;

/** @throws when the database cannot be opened or another process holds it. */
export async function openRecords({ url, clock }: { url: string; clock: Clock }) {
  const connection = await connect(url);
  const results = createResults(connection, clock);
  return {
    requests: createRequests(connection, clock),
    removal: createRemoval(connection),
    due: createDue(connection, clock),
    results,
    statistics: createStatistics(connection),
    deliveries: createDeliveries(connection, clock),
    /** Rejects when the database does not answer. */
    async check(): Promise<void> {
      await sql`select 1`.execute(connection.db);
    },
    async close(): Promise<void> {
      await results.drain();
      await connection.close();
    },
  };
}
