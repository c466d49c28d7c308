// Opens the database, brings its schema up to date, and holds what differs between SQLite and PostgreSQL.
import { type Dialect, Kysely, Migrator, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Clock } from '../../ports.ts';
import * as initial from '../migrations/001-initial.ts';
import * as fleet from '../migrations/002-fleet.ts';
import * as publish from '../migrations/003-publish.ts';
import * as owner from '../migrations/004-owner.ts';
import type { Database } from '../schema.ts';
import { openPostgres } from './postgres.ts';
import { holdExclusively, sqliteDialect } from './sqlite.ts';
import { DatabaseUnavailableError } from './unavailable.ts';

/** Every migration by name, in the order of the names. A name that has run somewhere is never changed. */
const MIGRATIONS = {
  '001-initial': initial,
  '002-fleet': fleet,
  '003-publish': publish,
  '004-owner': owner,
};

type Work<T> = (transaction: Transaction<Database>) => Promise<T>;

export interface Connection {
  kind: 'SQLite' | 'PostgreSQL';
  db: Kysely<Database>;
  /**
   * Milliseconds since the epoch by the one clock that all processes share: on PostgreSQL the database's own, so that
   * a machine with a wrong clock neither steals leases nor hands out its own too late.
   */
  now(): RawBuilder<number>;
  /** At the end of a select, for rows about to be changed: `wait` for who holds them, or `skip` what others hold. */
  lock: { wait: RawBuilder<unknown>; skip: RawBuilder<unknown> };
  /** Runs a transaction, again when the database chose it as the victim of a conflict. */
  transaction<T>(work: Work<T>): Promise<T>;
  /** Runs a transaction whose commit would survive a power cut, together with all commits before it. */
  durably<T>(work: Work<T>): Promise<T>;
  /** Statements that wait for a connection. */
  waiting(): number;
  close(): Promise<void>;
}

/**
 * Opens `sqlite:PATH` or `postgres://…` and migrates it.
 * @throws when it cannot be opened; for SQLite, when another process holds it.
 */
export function connect(url: string, clock: Clock): Promise<Connection> {
  return url.startsWith('sqlite:') ? connectSqlite(url.slice('sqlite:'.length), clock) : connectPostgres(url);
}

/** The file is held exclusively for this process: a second server on it would hand out the same images. */
async function connectSqlite(path: string, clock: Clock): Promise<Connection> {
  const held = holdExclusively(path);
  const db = new Kysely<Database>({ dialect: sqliteDialect(path) });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    held.close();
    throw error;
  }
  const transaction = <T>(work: Work<T>) => db.transaction().execute(work);
  return {
    kind: 'SQLite',
    db,
    now: () => sql<number>`${clock.now()}`,
    lock: { wait: sql``, skip: sql`` },
    transaction,
    durably: (work) =>
      db.connection().execute(async (connection) => {
        await sql`pragma synchronous = full`.execute(connection);
        try {
          return await connection.transaction().execute(work);
        } finally {
          await sql`pragma synchronous = normal`.execute(connection);
        }
      }),
    waiting: () => 0,
    close: async () => {
      await db.destroy();
      held.close();
    },
  };
}

/** Runs of one transaction before its conflict is reported. */
const CONFLICT_RUNS = 5;

async function connectPostgres(url: string): Promise<Connection> {
  await migratePostgres(openPostgres(url, { migrating: true }).dialect);
  const { dialect, waiting } = openPostgres(url, { migrating: false });
  const db = new Kysely<Database>({ dialect });
  async function transaction<T>(work: Work<T>): Promise<T> {
    for (let run = 1; ; run++) {
      try {
        return await db.transaction().execute(work);
      } catch (error) {
        const again = error instanceof DatabaseUnavailableError && error.reason === 'conflict';
        if (!again || run === CONFLICT_RUNS) throw error;
      }
    }
  }
  return {
    kind: 'PostgreSQL',
    db,
    // The time of the statement, stable within it, so that an index can be searched by it.
    now: () => sql<number>`cast(floor(extract(epoch from statement_timestamp()) * 1000) as bigint)`,
    lock: { wait: sql`for no key update`, skip: sql`for update skip locked` },
    transaction,
    durably: transaction,
    waiting,
    close: () => db.destroy(),
  };
}

/** Processes that start at once take turns at an advisory lock; the first does the work. */
async function migratePostgres(dialect: Dialect): Promise<void> {
  const db = new Kysely<Database>({ dialect });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

async function migrate(db: Kysely<Database>): Promise<void> {
  const provider = { getMigrations: async () => MIGRATIONS };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (!error) return;
  const newer = await unknownMigration(db);
  throw newer
    ? new Error(
        `the database was written by a newer version of halve (it has ${newer}): start that version, or give this one the backup from before it`,
      )
    : error;
}

async function unknownMigration(db: Kysely<Database>): Promise<string | null> {
  const done = sql<{ name: string }>`select name from kysely_migration order by name desc`.execute(db);
  const { rows } = await done.catch(() => ({ rows: [] }));
  return rows.find(({ name }) => !(name in MIGRATIONS))?.name ?? null;
}
