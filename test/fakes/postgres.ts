// PostgreSQL for tests: a database of its own on the shared server, or a whole server of its own that may be hurt.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp-folder.ts';

const SERVER = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Runs statements on one connection and returns the rows of the last. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  ...statements: string[]
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) rows = (await client.query<Row>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** Why tests on PostgreSQL are skipped, or null when they run. Never skipped with REQUIRE_SERVICES=1. */
export async function postgresMissing(): Promise<string | null> {
  if (process.env.REQUIRE_SERVICES === '1') return null;
  return query(SERVER, 'select 1').then(
    () => null,
    () => 'no PostgreSQL on 127.0.0.1:5432',
  );
}

/** An empty database, dropped after the test. */
export async function createDatabase(): Promise<string> {
  const name = `halve_test_${randomUUID().replaceAll('-', '')}`;
  await query(SERVER, `create database ${name}`);
  onTestFinished(async () => void (await query(SERVER, `drop database if exists ${name} with (force)`)));
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Puts the time of a database in the hands of the test: its `statement_timestamp()` reads a table from now on.
 * Holds for connections opened afterwards.
 */
export async function holdTime(url: string, ms: number): Promise<{ advance(ms: number): Promise<void> }> {
  await query(
    url,
    `create table test_time as select ${ms}::bigint as ms`,
    `create function statement_timestamp() returns timestamptz language sql stable
      as 'select to_timestamp(ms / 1000.0) from public.test_time'`,
    // What pg_catalog has would be found first if it were not named here.
    `alter database ${new URL(url).pathname.slice(1)} set search_path = public, pg_catalog`,
  );
  return {
    advance: async (by) => void (await query(url, `update test_time set ms = ms + ${by}`)),
  };
}

export interface PrivatePostgres {
  url: string;
  /** `fast` ends sessions and shuts down; `immediate` does not even write what is in memory: the next start recovers. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** kill -9 to every process of it. */
  kill(): Promise<void>;
  /** Resolves when it takes connections, on the same address as before. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** The folder of PostgreSQL's programs, or null where it is not installed. */
export function postgresPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => join(root, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  return found ?? null;
}

/** A server of its own on a free port, ended after the test at the latest. PostgreSQL refuses root, so root starts it as `postgres`. */
export async function startPostgres(): Promise<PrivatePostgres> {
  const bin = postgresPrograms();
  if (!bin) throw new Error('PostgreSQL is not installed');
  const folder = tempFolder();
  const data = join(folder, 'postgres');
  mkdirSync(data, { mode: 0o700 });
  const user = otherUser();
  if (user) for (const path of [folder, data]) chownSync(path, user.uid, user.gid);
  await promisify(execFile)(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, cwd: folder },
  );
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(
      join(bin!, 'postgres'),
      [
        '-D',
        data,
        '-p',
        String(port),
        '-k',
        folder,
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        'shared_buffers=32MB',
      ],
      { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const said: string[] = [];
    child.stderr!.setEncoding('utf8').on('data', (text: string) => said.push(text));
    for (let turn = 0; turn < 600; turn++) {
      if (child.exitCode !== null) throw new Error(`postgres ended: ${said.join('')}`);
      if (await query(url, 'select 1').catch(() => null)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`postgres does not answer: ${said.join('')}`);
  }

  async function end(signal: (running: ChildProcess) => void): Promise<void> {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('close', resolve));
    signal(running);
    await ended;
  }

  const kill = () =>
    end((running) => {
      const path = `/proc/${running.pid}/task/${running.pid}/children`;
      const children = readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number);
      for (const pid of [running.pid!, ...children]) process.kill(pid, 'SIGKILL');
    });

  onTestFinished(kill);
  await start();
  return { url, start, kill, stop: (mode) => end((running) => running.kill(SIGNALS[mode])), close: kill };
}

function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (!line) throw new Error('there is no user postgres to start PostgreSQL as');
  return { uid: Number(line[1]), gid: Number(line[2]) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
