// SQLite: the file held by one process, and the driver as Kysely's dialect wants it.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { SqliteDialect } from 'kysely';
import Sqlite from 'libsql';
import { toUnavailable } from './unavailable.ts';

export function sqliteDialect(path: string): SqliteDialect {
  return new SqliteDialect({ database: openSqlite(path) });
}

/** Another process has the database. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';
}

/** An open exclusive transaction on a file of its own: the kernel drops it however the process dies, so it is never stale. */
export function holdExclusively(database: string): { close(): void } {
  const path = `${database}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  const lock = new Sqlite(path);
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw cause;
    throw new DatabaseInUseError(`another halve is running on this data folder (${path} is locked)`, {
      cause,
    });
  }
  return lock;
}

type SqliteStatement = ReturnType<InstanceType<typeof Sqlite>['prepare']>;

const STATEMENTS_KEPT = 500;

/**
 * The database as Kysely's dialect wants it, with two things that the driver lacks:
 * - It frees a statement only when its wrapper is collected, so each text is prepared once and kept.
 * - It does not reset a statement that failed (database locked, disk full), and no commit succeeds while one is open.
 *   So a connection on which a statement failed is left, and the next statement opens another.
 */
function openSqlite(path: string) {
  let sqlite = connectSqlite(path);
  let failed = false;
  const statements = new Map<string, SqliteStatement>();

  function reconnect(): void {
    statements.clear();
    sqlite.close();
    sqlite = connectSqlite(path);
    failed = false;
  }

  function prepare(text: string): SqliteStatement {
    const known = statements.get(text);
    if (known) return known;
    const statement = sqlite.prepare(text);
    if (statements.size >= STATEMENTS_KEPT) statements.delete(statements.keys().next().value!);
    statements.set(text, statement);
    return statement;
  }

  function noting<Result>(run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      failed = true;
      throw toUnavailable(error) ?? error;
    }
  }

  return {
    close: () => sqlite.close(),
    prepare(text: string) {
      // The transaction in which it failed is still to be ended on its own connection.
      if (failed && text !== 'rollback') reconnect();
      // Every transaction writes: taking the lock at its start is the one place where it can be refused.
      const statement = noting(() => prepare(text === 'begin' ? 'begin immediate' : text));
      return {
        reader: statement.reader,
        all: (parameters: readonly unknown[]) => noting(() => statement.all(parameters)),
        run: (parameters: readonly unknown[]) => noting(() => statement.run(parameters)),
        iterate: (parameters: readonly unknown[]) => noting(() => statement.iterate(parameters)),
      };
    },
  };
}

function connectSqlite(path: string): InstanceType<typeof Sqlite> {
  const sqlite = new Sqlite(path);
  // WAL with NORMAL survives the death of the process; only what `durably` commits must survive a power cut as well.
  for (const pragma of [
    'journal_mode = wal',
    'synchronous = normal',
    'busy_timeout = 500',
    'cache_size = -32768',
  ]) {
    sqlite.pragma(pragma);
  }
  return sqlite;
}
