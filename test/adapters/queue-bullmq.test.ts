// BullMQ over a real Redis: the queue's contract, and what a fleet relies on beyond it.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Handlers, Job, JobQueue } from '../../src/ports.ts';
import { openBullmqQueue } from '../../src/queue/bullmq.ts';
import { silentLog } from '../../src/util/log.ts';
import { parseRedisUrl, type RedisAddress } from '../../src/util/parse-settings.ts';
import { queueContract } from '../contracts/queue.ts';
import { hasRedisServer, redisIsAway, sharedRedis, startRedis } from '../fakes/redis.ts';

const away = await redisIsAway();
const CONCURRENCY = { image: 2, finish: 1, deliver: 1 };

const job = (seq: number): Job<'image'> => ({
  id: `r-${seq}-1`,
  name: 'image',
  data: { request_id: 'r', seq, claim: 1, attempts: 0, row: seq, position: 1, url: 'http://x/' },
});

const jobs = (count: number) => Array.from({ length: count }, (_, index) => job(index + 1));

async function open(redis: RedisAddress, log = silentLog): Promise<JobQueue> {
  const queue = await openBullmqQueue(redis, log);
  onTestFinished(async () => void (await queue.close(0)));
  return queue;
}

function work(queue: JobQueue, image: Handlers['image']): void {
  queue.process({ image, finish: async () => {}, deliver: async () => {} }, CONCURRENCY);
}

describe.skipIf(away)('over the shared Redis', () => {
  // One prefix a queue, except where a test opens two: those are the same installation.
  let prefix: RedisAddress | undefined;
  queueContract('BullMQ', async () => {
    if (!prefix) {
      prefix = sharedRedis();
      onTestFinished(() => {
        prefix = undefined;
      });
    }
    return openBullmqQueue(prefix, silentLog);
  });

  it('shares the jobs between processes, each done once, and leaves no job behind', async () => {
    const redis = sharedRedis();
    const seen: number[] = [];
    for (let count = 0; count < 3; count++) work(await open(redis), async ({ seq }) => void seen.push(seq));
    const producer = await open(redis);
    await producer.add(jobs(500));
    await vi.waitFor(async () => expect(await producer.depth('image')).toBe(0), { timeout: 60_000 });
    expect(seen.sort((a, b) => a - b)).toEqual(jobs(500).map(({ data }) => data.seq));
    expect(await producer.missing(jobs(500))).toHaveLength(500);
  });

  it('lets one process dispatch, and the next when that one has gone', async () => {
    const redis = sharedRedis();
    const first = await openBullmqQueue(redis, silentLog);
    const second = await open(redis);
    expect([await first.lead(), await second.lead(), await first.lead()]).toEqual([true, false, true]);
    await first.close();
    expect(await second.lead()).toBe(true);
  });

  it('keeps installations with different prefixes apart', async () => {
    const [one, other] = [await open(sharedRedis()), await open(sharedRedis())];
    await one.add(jobs(3));
    expect([await one.depth('image'), await other.depth('image')]).toEqual([3, 0]);
    expect([await one.lead(), await other.lead()]).toEqual([true, true]);
  });
});

describe.skipIf(!hasRedisServer)('over a Redis of its own', () => {
  it('fails fast while Redis is down, does not flood the log, and goes on when it is back', async () => {
    const redis = await startRedis();
    const said: string[] = [];
    const say = (_: object, message: string) => void said.push(message);
    const queue = await open(parseRedisUrl(redis.url), { debug() {}, info() {}, warn: say, error: say });
    const seen: number[] = [];
    work(queue, async ({ seq }) => void seen.push(seq));
    await queue.add([job(1)]);
    await vi.waitFor(() => expect(seen).toEqual([1]), { timeout: 20_000 });
    await redis.kill();
    await expect(queue.add([job(2)])).rejects.toThrow();
    await expect(queue.check()).rejects.toThrow();
    await expect(queue.depth('image')).rejects.toThrow();
    await expect(queue.lead()).rejects.toThrow();
    await redis.start();
    await vi.waitFor(() => queue.check(), { timeout: 20_000 });
    await queue.add([job(3)]);
    await vi.waitFor(() => expect(seen).toContain(3), { timeout: 30_000 });
    expect(said.length).toBeLessThan(20);
  });

  it('opens while Redis is down and works from when it is there', async () => {
    const redis = await startRedis();
    await redis.stop();
    const queue = await open(parseRedisUrl(redis.url));
    const seen: number[] = [];
    work(queue, async ({ seq }) => void seen.push(seq));
    await expect(queue.check()).rejects.toThrow();
    await redis.start();
    await vi.waitFor(() => queue.add([job(1)]), { timeout: 20_000 });
    await vi.waitFor(() => expect(seen).toEqual([1]), { timeout: 30_000 });
  });

  it('closes within its time while Redis is down and a job waits to be marked', async () => {
    const redis = await startRedis();
    const queue = await openBullmqQueue(parseRedisUrl(redis.url), silentLog);
    let release: () => void = () => {};
    let begun = false;
    work(queue, async () => {
      begun = true;
      await new Promise<void>((resolve) => (release = resolve));
    });
    await queue.add([job(1)]);
    await vi.waitFor(() => expect(begun).toBe(true), { timeout: 20_000 });
    await redis.kill();
    release();
    await queue.close(500);
  });

  it('can add again what was lost, also where only its list was evicted', async () => {
    const redis = await startRedis();
    const queue = await open(parseRedisUrl(redis.url));
    await queue.add(jobs(10));
    await redis.asking((client) => client.del('halve:image:wait'));
    expect(await queue.depth('image')).toBe(0);
    expect(await queue.missing(jobs(10))).toHaveLength(10);
    await queue.add(jobs(10));
    const seen: number[] = [];
    work(queue, async ({ seq }) => void seen.push(seq));
    await vi.waitFor(() => expect(seen.length).toBe(10), { timeout: 20_000 });
    await redis.flush();
    await queue.add(jobs(2));
    await vi.waitFor(() => expect(seen.length).toBe(12), { timeout: 30_000 });
  });

  it('does a job once that comes a second time while it runs', async () => {
    const redis = await startRedis();
    const queue = await open(parseRedisUrl(redis.url));
    let calls = 0;
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    work(queue, async () => {
      calls++;
      await held;
    });
    await queue.add([job(1)]);
    await vi.waitFor(() => expect(calls).toBe(1), { timeout: 20_000 });
    await redis.flush();
    await queue.add([job(1)]);
    // Taken by the same worker, which has it in hand already.
    await vi.waitFor(
      async () => expect(await redis.asking((client) => client.llen('halve:image:active'))).toBe(1),
      { timeout: 30_000 },
    );
    release();
    await vi.waitFor(async () => expect(await queue.depth('image')).toBe(0), { timeout: 20_000 });
    expect(calls).toBe(1);
  });

  it('says when Redis may evict', async () => {
    const redis = await startRedis({
      settings: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
    });
    const said: string[] = [];
    const warn = (_: object, message: string) => void said.push(message);
    await open(parseRedisUrl(redis.url), { ...silentLog, warn });
    expect(said).toEqual([expect.stringContaining('allkeys-lru')]);
  });
});
