// The in-process queue: first come, first served, within the concurrency of each name.
import { GivenBackError, messageOf } from '../errors.ts';
import type { Handlers, Job, JobName, JobQueue, Log } from '../ports.ts';
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

export function createMemoryQueue({ log }: { log: Log }): JobQueue {
  const lanes = perJob((): Lane => ({ waiting: [], running: 0, concurrency: 0 }));
  /** Waiting, running or backing off. */
  const known = new Set<string>();
  const backingOff = new Map<NodeJS.Timeout, Job>();
  let handlers: Handlers | undefined;
  let closed = false;
  let closing: Promise<Job[]> | undefined;
  /** Given up while closing. */
  const dropped: Job[] = [];
  let idle: (() => void) | undefined;

  function pump(name: JobName): void {
    const lane = lanes[name];
    while (handlers && !closed && lane.running < lane.concurrency) {
      const job = lane.waiting.shift();
      if (!job) return;
      lane.running++;
      void run(job, 1);
    }
  }

  async function run(job: Job, attempt: number): Promise<void> {
    const handler = handlers![job.name] as (data: Job['data']) => Promise<void>;
    let retryMs: number | null = null;
    try {
      await handler(job.data);
    } catch (error) {
      if (error instanceof GivenBackError) {
        dropped.push(job);
        return leave(job);
      }
      log.error({ job: job.id, ...aboutJob(job.data), attempt, error: messageOf(error) }, 'a job failed');
      if (attempt < ATTEMPTS) retryMs = backoffMs(attempt, FAULT_BACKOFF);
    }
    if (retryMs !== null && !closed) {
      // A job that waits for its next attempt keeps its place: a fault of ours must not let the whole table through.
      const timer = setTimeout(() => {
        backingOff.delete(timer);
        void run(job, attempt + 1);
      }, retryMs);
      backingOff.set(timer, job);
      return;
    }
    leave(job);
  }

  function leave(job: Job): void {
    known.delete(job.id);
    lanes[job.name].running--;
    if (closed) {
      if (running() === 0) idle?.();
    } else {
      pump(job.name);
    }
  }

  async function close(graceMs: number): Promise<Job[]> {
    closed = true;
    for (const lane of Object.values(lanes)) dropped.push(...lane.waiting.splice(0));
    for (const [timer, job] of backingOff) {
      clearTimeout(timer);
      dropped.push(job);
      leave(job);
    }
    backingOff.clear();
    if (running() > 0) await withTimeout(graceMs, new Promise<void>((resolve) => (idle = resolve)));
    known.clear();
    return dropped;
  }

  const running = () => Object.values(lanes).reduce((sum, lane) => sum + lane.running, 0);

  return {
    shared: false,
    async add(jobs) {
      if (closed) return;
      for (const job of jobs) {
        if (known.has(job.id)) continue;
        known.add(job.id);
        lanes[job.name].waiting.push(job);
      }
      for (const name of new Set(jobs.map((job) => job.name))) pump(name);
    },
    process(table, concurrency) {
      handlers = table;
      for (const name of JOB_NAMES) {
        lanes[name].concurrency = concurrency[name];
        pump(name);
      }
    },
    async depth(name) {
      return lanes[name].waiting.length + lanes[name].running;
    },
    missing: async (jobs) => jobs.filter(({ id }) => !known.has(id)),
    lead: async () => true,
    async check() {},
    close(graceMs = Number.POSITIVE_INFINITY) {
      closing ??= close(graceMs);
      return closing;
    },
  };
}
