// PostgreSQL and Redis of the bench's own, so that what they spend can be read and nobody else's data is near.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { onEnd, temporaryFolder } from './cleanup.mjs';
import { endTree } from './server.mjs';

const PROGRAMS = '/usr/lib/postgresql';
const START_TRIES = 200;

/** @returns {Promise<{url: string, pid: number, stop(): Promise<void>}>} durable, as in earnest; the rest is its defaults */
export async function startPostgres() {
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).sort((a, b) => b - a) : [];
  if (versions.length === 0) throw new Error(`PostgreSQL is not installed (${PROGRAMS})`);
  const bin = join(PROGRAMS, versions[0], 'bin');
  const folder = temporaryFolder();
  const data = join(folder.path, 'postgres');
  mkdirSync(data, { mode: 0o700 });
  const user = otherUser();
  if (user) for (const path of [folder.path, data]) chownSync(path, user.uid, user.gid);
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(bin, 'initdb'), initdb, { ...user, cwd: folder.path, stdio: 'ignore' });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const args = ['-D', data, '-p', port, '-k', folder.path, '-c', 'listen_addresses=127.0.0.1'];
  const server = run(join(bin, 'postgres'), args.map(String), { ...user, cwd: folder.path }, folder);
  await answers(async () => {
    const client = new pg.Client(url);
    await client.connect();
    await client.end();
  });
  return { ...server, url };
}

/** Without persistence: halve needs none. `memory()` is Redis' own count of used bytes. */
export async function startRedis() {
  const folder = temporaryFolder();
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', folder.path];
  const server = run('redis-server', args.map(String), { cwd: folder.path }, folder);
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: (times) => Math.min(times * 20, 200) });
  redis.on('error', () => {});
  await redis.ping();
  return {
    ...server,
    url: `redis://127.0.0.1:${port}`,
    memory: async () => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))[1]),
    stop: async () => {
      redis.disconnect();
      await server.stop();
    },
  };
}

/** What every process of a fleet is told. */
export const fleetEnv = ({ postgres, redis, files }) => ({
  DATABASE_URL: postgres.url,
  REDIS_URL: redis.url,
  STORAGE_URL: `file:${files}`,
  WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
  ALLOW_PRIVATE_NETWORKS: 'true',
});

function run(program, args, options, folder) {
  const child = spawn(program, args, { ...options, detached: true, stdio: 'ignore' });
  const stop = onEnd(async () => {
    await endTree(child);
    await folder.remove();
  });
  return { pid: child.pid, stop };
}

async function answers(ask) {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === START_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** PostgreSQL refuses to run as root. */
function otherUser() {
  if (process.getuid() !== 0) return undefined;
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (!line) throw new Error('there is no user postgres to run PostgreSQL as');
  return { uid: Number(line[1]), gid: Number(line[2]) };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
