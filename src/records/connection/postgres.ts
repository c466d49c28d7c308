// PostgreSQL: the pool with its timeouts, and connections that tell a lost database from a wrong statement.
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { type DatabaseUnavailableError, toUnavailable } from './unavailable.ts';

/** What counts, times and sums of bytes are: all far below 2^53. */
const NUMBERS = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);
const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;

/** No statement of ours takes long, however many rows a request has: they work in pages. */
const TIMEOUTS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 60_000,
  // Ours, for a server that does not say anything any more.
  query_timeout: 35_000,
};

/**
 * The dialect on a pool of its own. `migrating` has one connection, which may wait for as long as it takes.
 * `?max=N` in the URL is the size of the pool; the rest of it is as libpq knows it.
 */
export function openPostgres(url: string, { migrating }: { migrating: boolean }) {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'halve',
    max: migrating ? 1 : poolSize(url),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(migrating ? {} : TIMEOUTS),
    types: {
      getTypeParser: ((oid: number, format: 'text') =>
        NUMBERS.has(oid) ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that is lost while nothing runs on it is nobody's fault: the pool drops it, the next use opens another.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return { dialect: new PostgresDialect({ pool: guarded(pool) }), waiting: () => pool.waitingCount };
}

function poolSize(url: string): number {
  const max = Number(/[?&]max=(\d+)(&|$)/.exec(url)?.[1] ?? POOL_SIZE);
  return Math.max(2, max);
}

function guarded(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      try {
        return guardedClient(await pool.connect());
      } catch (error) {
        throw toUnavailable(error) ?? error;
      }
    },
    end: () => pool.end(),
  };
}

/** A connection that was lost in the middle is not used again, not even for the rollback, and never goes back to the pool. */
function guardedClient(client: pg.PoolClient): PostgresPoolClient {
  let lost: DatabaseUnavailableError | undefined;
  return {
    async query(text: string, parameters: readonly unknown[]) {
      if (lost) throw lost;
      try {
        return await client.query(text, parameters.map(storable));
      } catch (error) {
        const unavailable = toUnavailable(error);
        if (unavailable?.reason === 'down') lost = unavailable;
        throw unavailable ?? error;
      }
    },
    release: () => client.release(lost !== undefined),
  } as unknown as PostgresPoolClient; // without cursors
}

/** PostgreSQL has no NUL in text; SQLite has, and what people upload or answer may. */
function storable(parameter: unknown): unknown {
  if (typeof parameter === 'string')
    return parameter.includes('\0') ? parameter.replaceAll('\0', '\ufffd') : parameter;
  return Array.isArray(parameter) ? parameter.map(storable) : parameter;
}
