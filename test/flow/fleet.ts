// A whole fleet: a database, a Redis that may be hurt, servers that only serve, and workers.
import { randomUUID } from 'node:crypto';
import { RECORDED_TOGETHER } from '../../src/records/results.ts';
import { createDatabase, postgresMissing } from '../fakes/postgres.ts';
import { hasRedisServer, startRedis } from '../fakes/redis.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { type Service, startService, startWorker, type WorkerProcess } from './service.ts';

/** FETCH_CONCURRENCY of a worker, which has one image process. */
export const PLACES = 8;
/** What one worker has in hand at most: images in its places, and outcomes that wait to be recorded. */
export const IN_HAND = PLACES + RECORDED_TOGETHER;
export const SECRET = `whsec_${Buffer.alloc(24, 'fleet').toString('base64')}`;

/** Why a fleet cannot be started here; null when it can. */
export async function fleetMissing(): Promise<string | null> {
  if (hasRedisServer) return postgresMissing();
  if (process.env.REQUIRE_SERVICES === '1') throw new Error('there is no redis-server');
  return 'no redis-server';
}

/** Starts one server with `--workers 0` and so many workers, over one folder of files. */
export async function startFleet(options: {
  workers: number;
  env?: Record<string, string>;
  databaseUrl?: string;
  redis?: Awaited<ReturnType<typeof startRedis>>;
}) {
  const databaseUrl = options.databaseUrl ?? (await createDatabase());
  const redis = options.redis ?? (await startRedis());
  const folder = tempFolder();
  // By this its processes are known, whoever their parent is by then.
  const mark = randomUUID();
  const env: Record<string, string> = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    STORAGE_URL: `file:${folder}/files`,
    WEBHOOK_SECRET: SECRET,
    ALLOW_PRIVATE_NETWORKS: 'true',
    WORKERS: '1',
    FETCH_CONCURRENCY: String(PLACES),
    FLEET_MARK: mark,
    ...options.env,
  };
  const server: Service = await startService({ env: { ...env, WORKERS: '0' } });
  // Results are linked to where the server listens.
  env.PUBLIC_URL = server.url;
  const addWorker = (its: Record<string, string> = {}) => startWorker({ ...env, ...its });
  const workers: WorkerProcess[] = await Promise.all(
    Array.from({ length: options.workers }, () => addWorker()),
  );
  return {
    server,
    workers,
    redis,
    databaseUrl,
    env,
    mark,
    files: `${folder}/files`,
    addWorker,
    addServer: (port?: number) =>
      startService({ env: { ...env, WORKERS: '0' }, ...(port === undefined ? {} : { port }) }),
  };
}
