// The records as one value: what app/ hands to everything that reads or writes the database.
import { sql } from 'kysely';
import type { Clock } from '../ports.ts';
import { connect } from './connection/connect.ts';
import { createDeliveries } from './deliveries.ts';
import { createDue } from './due.ts';
import { createLeases } from './leases.ts';
import { createPublishing } from './publishing.ts';
import { createReceiving } from './receiving.ts';
import { createRemoval } from './removal.ts';
import { createRequests } from './requests.ts';
import { createResults } from './results.ts';
import { createStatistics } from './statistics.ts';
import { createStored } from './stored.ts';
import { createWorkers } from './workers.ts';

export type Records = Awaited<ReturnType<typeof openRecords>>;

/**
 * `clock` is the time for SQLite; PostgreSQL has its own, the same for all who use it.
 * @throws when the database cannot be opened or another process holds it.
 */
export async function openRecords({ url, clock }: { url: string; clock: Clock }) {
  const connection = await connect(url, clock);
  const { kind, db } = connection;
  const underWay = new Set<string>();
  const { close: stopReceiving, ...receiving } = createReceiving(connection, underWay);
  const results = createResults(connection);
  return {
    /** Whether no other process can have this database open: then no lease outlives the process that took it. */
    exclusive: kind === 'SQLite',
    requests: { ...receiving, ...createRequests(connection) },
    removal: createRemoval(connection, underWay),
    due: createDue(connection),
    leases: createLeases(connection),
    results,
    publishing: createPublishing(connection),
    deliveries: createDeliveries(connection),
    workers: createWorkers(connection),
    statistics: createStatistics(connection),
    stored: createStored(connection),
    /** Milliseconds since the epoch by the clock that all processes on this database share. */
    async time(): Promise<number> {
      const { rows } = await sql<{ time: number }>`select ${connection.now()} as time`.execute(db);
      return rows[0]!.time;
    },
    /** Rejects when the database does not answer. */
    async check(): Promise<void> {
      await sql`select 1`.execute(db);
    },
    /** Statements that wait for a connection to the database. */
    waiting: connection.waiting,
    /** Kind and version of the database. */
    async version(): Promise<string> {
      const version = kind === 'SQLite' ? sql`sqlite_version()` : sql`current_setting('server_version')`;
      const { rows } = await sql<{ version: string }>`select ${version} as version`.execute(db);
      return `${kind} ${rows[0]!.version}`;
    },
    async close(): Promise<void> {
      stopReceiving();
      await results.drain();
      await connection.close();
    },
  };
}
