// Connections to Redis: how long each kind waits for it, and what is worth a warning about it.
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../ports.ts';
import { createThrottledLog } from '../util/log.ts';

const retryMs = (times: number) => Math.min(times * 200, 2_000);
const RECONNECT: RedisOptions = {
  retryStrategy: retryMs,
  connectTimeout: 5_000,
  keepAlive: 10_000,
};

/** For callers that somebody waits for: an answer within `commandTimeout` (ms), or an error. */
export function connectFailFast(url: string, log: Log, commandTimeout = 5_000): Redis {
  const options = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout };
  return watched(new Redis(url, { ...RECONNECT, ...options }), log);
}

/**
 * For workers: commands wait for Redis as long as it takes. A connection on which nothing comes back is given up, and
 * its commands are sent again over the next; the time is above what a blocking read takes (10 s). It ends, with those that
 * BullMQ makes after its pattern, when it is lost and not `wanted` any more.
 */
export function connectPatiently(url: string, log: Log, wanted: () => boolean): Redis {
  const retryStrategy = (times: number) => (wanted() ? retryMs(times) : null);
  const options = { ...RECONNECT, retryStrategy, maxRetriesPerRequest: null, socketTimeout: 15_000 };
  return watched(new Redis(url, options), log);
}

/** Without a listener, an `error` event ends the process. */
function watched(redis: Redis, log: Log): Redis {
  const say = createThrottledLog(log);
  return redis
    .on('error', (error) => say(error, 'Redis does not answer; work goes on when it does'))
    .on('ready', say.over);
}

export interface RedisFacts {
  version: string;
  /** What is wrong with how it is set up; null when nothing is. */
  warning: string | null;
}

/** What Redis tells of itself. Rejects when it does not answer. */
export async function readRedisFacts(redis: Redis): Promise<RedisFacts> {
  const info = await redis.info();
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const policy = fact('maxmemory_policy');
  return {
    version: fact('redis_version') ?? 'unknown',
    warning:
      policy === undefined || policy === 'noeviction'
        ? null
        : `maxmemory-policy is ${policy}: when full, Redis drops waiting jobs, and each waits to be found missing; set it to noeviction`,
  };
}
