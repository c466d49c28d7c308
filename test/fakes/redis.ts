// A real Redis: the shared one under a prefix of one's own, or a private one to be killed, emptied and started again.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { onTestFinished } from 'vitest';
import { parseRedisUrl, type RedisAddress } from '../../src/util/parse-settings.ts';
import { pause } from './pause.ts';
import { tempFolder } from './temp-folder.ts';

const SHARED = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
const ONE_TRY: RedisOptions = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 };

/** Why tests that need the shared Redis are skipped; false when it answers. Throws when it must be there. */
export async function redisIsAway(): Promise<string | false> {
  const redis = new Redis(SHARED, ONE_TRY).on('error', () => {});
  try {
    await redis.ping();
    return false;
  } catch {
    if (process.env.REQUIRE_SERVICES === '1') throw new Error(`Redis does not answer at ${SHARED}`);
    return `Redis does not answer at ${SHARED}`;
  } finally {
    redis.disconnect();
  }
}

/** A prefix of the test's own in the shared Redis; its keys are removed after the test. */
export function sharedRedis(): RedisAddress {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  onTestFinished(async () => {
    const redis = new Redis(SHARED);
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.del(...keys);
    redis.disconnect();
  });
  return parseRedisUrl(`${SHARED}?prefix=${prefix}`);
}

export const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0;

/** Starts a Redis on a free port; it is killed after the test. `persistent` keeps its data over stop, kill and start. */
export async function startRedis({ persistent = false, settings = [] as string[] } = {}) {
  const folder = tempFolder();
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async function start(): Promise<void> {
    const kept = persistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...kept];
    child = spawn('redis-server', [...args, ...settings], { stdio: 'ignore' });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`redis-server ended (${child.exitCode})`);
      const redis = new Redis(url, ONE_TRY).on('error', () => {});
      const answered = await redis.ping().catch(() => null);
      redis.disconnect();
      if (answered === 'PONG') return;
      await pause(20);
    }
  }

  async function asking<T>(ask: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(url);
    try {
      return await ask(redis);
    } finally {
      redis.disconnect();
    }
  }

  onTestFinished(() => end('SIGKILL'));
  await start();
  return {
    url,
    port,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    flush: () => asking((redis) => redis.flushall()),
    /** Bytes that its data takes. */
    memory: () =>
      asking(async (redis) => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])),
    asking,
    close: () => end('SIGKILL'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
