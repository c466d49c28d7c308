// The queue that many processes share: BullMQ on Redis. Every job is removed when it ends, so Redis holds no more than
// the high-water mark, and an id can be added again.
import { randomUUID } from 'node:crypto';
import { type Job as BullJob, Queue, WaitingError, Worker } from 'bullmq';
import { GivenBackError, messageOf } from '../errors.ts';
import type { Handlers, Job, JobName, JobQueue, Log } from '../ports.ts';
import { bound } from '../util/bound.ts';
import { createThrottledLog } from '../util/log.ts';
import type { RedisAddress } from '../util/parse-settings.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { aboutJob, JOB_NAMES, perJob } from './jobs.ts';
import { connectFailFast, connectPatiently, readRedisFacts } from './redis.ts';
import { backoffMs, FAULT_BACKOFF } from './retry.ts';

const JOB = { attempts: 5, backoff: { type: 'custom' }, removeOnComplete: true, removeOnFail: true };
/** Jobs of a killed worker run again within the lock and two checks (ms): one finds that it ended, the next takes it. */
const LOCK_MS = 25_000;
const STALLED_CHECK_MS = 5_000;
/** A job is not to blame for its workers being deployed, killed or frozen: an image can only hurt its own process. */
const MAX_STALLED = 1_000;
/** Longest time without a dispatcher after one was killed (ms). */
const LEAD_MS = 5_000;
const FIRST_ANSWER_MS = 5_000;
/** Longest wait for Redis while closing (ms). */
const SHUTDOWN_TIMEOUT_MS = 2_000;
const ADDED_AT_ONCE = 500;

const LEAD = `
local owner = redis.call('get', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return 1`;
const LEAVE = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;
/**
 * Of the ids in ARGV, those that stand in no list. A job without a place (its list was evicted) would never run and could
 * not be added again, so what is left of it is removed.
 */
const MISSING = `
local placed = {}
for i = 1, 2 do
  for _, id in ipairs(redis.call('lrange', KEYS[i], 0, -1)) do placed[id] = true end
end
for i = 3, 4 do
  for _, id in ipairs(redis.call('zrange', KEYS[i], 0, -1)) do placed[id] = true end
end
local missing = {}
for i = 2, #ARGV do
  if not placed[ARGV[i]] then
    redis.call('del', ARGV[1] .. ARGV[i])
    table.insert(missing, ARGV[i])
  end
end
return missing`;

interface SharedQueue {
  address: RedisAddress;
  log: Log;
  /** Among all that may dispatch. */
  self: string;
  dispatcherKey: string;
  producer: ReturnType<typeof connectFailFast>;
  queues: Record<JobName, Queue>;
  /** By id. After Redis was emptied a job may come a second time while it is still being done: that one waits for the first. */
  running: Map<string, Promise<void>>;
  workers: Worker[];
  consumer?: ReturnType<typeof connectPatiently>;
  closing?: Promise<Job[]>;
  drained: boolean;
}

/** Resolves although Redis does not answer: the queue works from when it does. */
export async function openBullmqQueue(address: RedisAddress, log: Log): Promise<JobQueue> {
  const { url, prefix } = address;
  const producer = connectFailFast(url, log);
  const queueOptions = { connection: producer, prefix, skipVersionCheck: true };
  const shared: SharedQueue = {
    address,
    log,
    self: randomUUID(),
    dispatcherKey: `${prefix}:dispatcher`,
    producer,
    queues: perJob((name) => {
      const queue = new Queue(name, { ...queueOptions, skipWaitingForReady: true, skipMetasUpdate: true });
      queue.on('error', () => {}); // told by the connection's own listener, and by whoever called
      return queue;
    }),
    running: new Map(),
    workers: [],
    drained: false,
  };
  await withTimeout(FIRST_ANSWER_MS, new Promise((resolve) => producer.once('ready', resolve)));
  const facts = await readRedisFacts(producer).catch(() => null);
  if (facts?.warning) log.warn({ redis: facts.version }, facts.warning);
  return {
    shared: true,
    ...bound(shared, { add, process, depth, lead, check, close }),
    missing: (jobs) => missing(shared, jobs),
  };
}

async function add({ queues }: SharedQueue, jobs: Job[]): Promise<void> {
  for (const name of JOB_NAMES) {
    const ofName = jobs.filter((job) => job.name === name);
    for (let start = 0; start < ofName.length; start += ADDED_AT_ONCE) {
      const page = ofName.slice(start, start + ADDED_AT_ONCE);
      await queues[name].addBulk(page.map(({ id, data }) => ({ name, data, opts: { ...JOB, jobId: id } })));
    }
  }
}

function process(shared: SharedQueue, handlers: Handlers, concurrency: Record<JobName, number>): void {
  if (shared.closing) return;
  const consumer = connectPatiently(shared.address.url, shared.log, () => !shared.drained);
  shared.consumer = consumer;
  const say = createThrottledLog(shared.log);
  for (const name of JOB_NAMES) {
    const worker = new Worker(name, jobRunner(shared, handlers[name]), {
      connection: consumer,
      prefix: shared.address.prefix,
      skipVersionCheck: true,
      skipWaitingForReady: true,
      concurrency: concurrency[name],
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLED,
      settings: { backoffStrategy: (attempts) => backoffMs(attempts, FAULT_BACKOFF) },
    });
    worker.on('failed', (job, error) => {
      shared.log.error(
        {
          job: job?.id,
          ...(job && aboutJob(job.data as Job['data'])),
          attempt: job?.attemptsMade,
          error: messageOf(error),
        },
        'a job failed',
      );
    });
    // A lock or a job that is gone after Redis was emptied; the result is in the database all the same.
    worker.on('error', (error) => say(error, 'a job could not be marked in Redis'));
    shared.workers.push(worker);
  }
}

function jobRunner({ running }: SharedQueue, handler: Handlers[JobName]) {
  const call = handler as (data: Job['data']) => Promise<void>;
  return async (job: BullJob, token?: string): Promise<void> => {
    const id = job.id!;
    const known = running.get(id);
    const done = known ?? call(job.data as Job['data']);
    if (!known) running.set(id, done);
    try {
      await done;
    } catch (error) {
      if (!(error instanceof GivenBackError)) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    } finally {
      if (!known) running.delete(id);
    }
  };
}

async function depth({ queues }: SharedQueue, name: JobName): Promise<number> {
  const counts = await queues[name].getJobCounts('wait', 'active', 'delayed', 'prioritized');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function missing<Known extends Pick<Job, 'id' | 'name'>>(
  { queues, producer }: SharedQueue,
  jobs: Known[],
): Promise<Known[]> {
  const missing: Known[] = [];
  for (const name of JOB_NAMES) {
    const ofName = new Map(jobs.filter((job) => job.name === name).map((job) => [job.id, job]));
    if (ofName.size === 0) continue;
    const key = (type: string) => queues[name].toKey(type);
    const lists = ['wait', 'active', 'delayed', 'prioritized'].map(key);
    const ids = (await producer.eval(MISSING, 4, ...lists, key(''), ...ofName.keys())) as string[];
    missing.push(...ids.map((id) => ofName.get(id)!));
  }
  return missing;
}

async function lead({ producer, dispatcherKey, self }: SharedQueue): Promise<boolean> {
  return (await producer.eval(LEAD, 1, dispatcherKey, self, LEAD_MS)) === 1;
}

async function check({ producer }: SharedQueue): Promise<void> {
  await producer.ping();
}

function close(shared: SharedQueue, graceMs = Number.POSITIVE_INFINITY): Promise<Job[]> {
  shared.closing ??= drain(shared, graceMs);
  return shared.closing;
}

async function drain(shared: SharedQueue, graceMs: number): Promise<Job[]> {
  const { workers, producer, queues, dispatcherKey, self } = shared;
  await withTimeout(graceMs, Promise.all(workers.map((worker) => worker.close())));
  shared.drained = true;
  // Those that Redis keeps waiting for an answer.
  shared.consumer?.disconnect();
  await withTimeout(
    SHUTDOWN_TIMEOUT_MS,
    Promise.all(workers.map((worker) => worker.disconnect())).catch(() => {}),
  );
  await producer.eval(LEAVE, 1, dispatcherKey, self).catch(() => {});
  await Promise.all(JOB_NAMES.map((name) => queues[name].close()));
  producer.disconnect();
  return [];
}
