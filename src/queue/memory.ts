// The in-process queue: first come, first served, within the concurrency of each name.
import { GivenBackError, messageOf } from '../errors.ts';
import type { Handlers, Job, JobName, JobQueue, Log } from '../ports.ts';
import { bound } from '../util/bound.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { aboutJob, JOB_NAMES, perJob } from './jobs.ts';
import { backoffMs, FAULT_BACKOFF } from './retry.ts';

/** Calls of a handler that throws before the job is dropped. */
const ATTEMPTS = 5;

interface Lane {
  waiting: Job[];
  running: number;
  concurrency: number;
}

interface MemoryQueue {
  log: Log;
  lanes: Record<JobName, Lane>;
  /** Waiting, running or backing off. */
  known: Set<string>;
  backingOff: Map<NodeJS.Timeout, Job>;
  handlers?: Handlers;
  closed: boolean;
  closing?: Promise<Job[]>;
  /** Given up while closing. */
  dropped: Job[];
  idle?: () => void;
}

export function createMemoryQueue({ log }: { log: Log }): JobQueue {
  const queue: MemoryQueue = {
    log,
    lanes: perJob(() => ({ waiting: [], running: 0, concurrency: 0 })),
    known: new Set(),
    backingOff: new Map(),
    closed: false,
    dropped: [],
  };
  return {
    shared: false,
    ...bound(queue, { add, process, depth, close }),
    missing: async (jobs) => jobs.filter(({ id }) => !queue.known.has(id)),
    lead: async () => true,
    async check() {},
  };
}

async function add(queue: MemoryQueue, jobs: Job[]): Promise<void> {
  if (queue.closed) return;
  for (const job of jobs) {
    if (queue.known.has(job.id)) continue;
    queue.known.add(job.id);
    queue.lanes[job.name].waiting.push(job);
  }
  for (const name of new Set(jobs.map((job) => job.name))) pump(queue, name);
}

function process(queue: MemoryQueue, handlers: Handlers, concurrency: Record<JobName, number>): void {
  queue.handlers = handlers;
  for (const name of JOB_NAMES) {
    queue.lanes[name].concurrency = concurrency[name];
    pump(queue, name);
  }
}

async function depth({ lanes }: MemoryQueue, name: JobName): Promise<number> {
  return lanes[name].waiting.length + lanes[name].running;
}

function pump(queue: MemoryQueue, name: JobName): void {
  const lane = queue.lanes[name];
  while (queue.handlers && !queue.closed && lane.running < lane.concurrency) {
    const job = lane.waiting.shift();
    if (!job) return;
    lane.running++;
    void run(queue, job, 1);
  }
}

async function run(queue: MemoryQueue, job: Job, attempt: number): Promise<void> {
  const handler = queue.handlers![job.name] as (data: Job['data']) => Promise<void>;
  let retryMs: number | null = null;
  try {
    await handler(job.data);
  } catch (error) {
    if (error instanceof GivenBackError) {
      queue.dropped.push(job);
      return leave(queue, job);
    }
    queue.log.error({ job: job.id, ...aboutJob(job.data), attempt, error: messageOf(error) }, 'a job failed');
    if (attempt < ATTEMPTS) retryMs = backoffMs(attempt, FAULT_BACKOFF);
  }
  if (retryMs === null || queue.closed) return leave(queue, job);
  // A job that waits for its next attempt keeps its place: a fault of ours must not let the whole table through.
  const timer = setTimeout(() => {
    queue.backingOff.delete(timer);
    void run(queue, job, attempt + 1);
  }, retryMs);
  queue.backingOff.set(timer, job);
}

function leave(queue: MemoryQueue, job: Job): void {
  queue.known.delete(job.id);
  queue.lanes[job.name].running--;
  if (!queue.closed) pump(queue, job.name);
  else if (running(queue) === 0) queue.idle?.();
}

const running = ({ lanes }: MemoryQueue) => Object.values(lanes).reduce((sum, lane) => sum + lane.running, 0);

function close(queue: MemoryQueue, graceMs = Number.POSITIVE_INFINITY): Promise<Job[]> {
  queue.closing ??= drop(queue, graceMs);
  return queue.closing;
}

async function drop(queue: MemoryQueue, graceMs: number): Promise<Job[]> {
  const { lanes, backingOff, dropped } = queue;
  queue.closed = true;
  for (const lane of Object.values(lanes)) dropped.push(...lane.waiting.splice(0));
  for (const [timer, job] of backingOff) {
    clearTimeout(timer);
    dropped.push(job);
    leave(queue, job);
  }
  backingOff.clear();
  if (running(queue) > 0) await withTimeout(graceMs, new Promise<void>((resolve) => (queue.idle = resolve)));
  queue.known.clear();
  return dropped;
}
