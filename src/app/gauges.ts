// What is read from the running parts when somebody scrapes.
import type { Fleet } from '../fleet.ts';
import type { JobQueue } from '../ports.ts';
import { JOB_NAMES } from '../queue/jobs.ts';
import type { Records } from '../records/open-records.ts';
import { createAnswerCache } from '../util/answer-cache.ts';
import type { GaugeSource } from '../util/telemetry/metrics.ts';
import type { Pool } from '../work/pool.ts';

export interface GaugeParts {
  queue: Pick<JobQueue, 'depth'>;
  /** Null where there is one process. */
  fleet: Pick<Fleet, 'live'> | null;
  /** Null where no work is done. */
  pool: Pick<Pool, 'stats'> | null;
  records: Pick<Records, 'waiting'> & { due: Pick<Records['due'], 'countActive' | 'oldestWaitMs'> };
}

/** What costs a query is asked this often at most, however many scrape (ms). */
const KEPT_MS = 5_000;

export function gauges({ queue, fleet, pool, records }: GaugeParts): Record<string, GaugeSource> {
  return {
    halve_queue_depth: {
      help: 'Images claimed and not ended yet.',
      read: () => queue.depth('image'),
    },
    halve_queue_jobs: {
      help: 'Jobs waiting or running, by name.',
      label: 'job',
      read: async () =>
        Object.fromEntries(await Promise.all(JOB_NAMES.map(async (job) => [job, await queue.depth(job)]))),
    },
    halve_queue_oldest_age_seconds: {
      help: 'How long the oldest image has waited that is due and not handed out; 0 when none is.',
      read: kept(async () => (await records.due.oldestWaitMs()) / 1_000),
    },
    halve_requests_active: {
      help: 'Requests not finished yet.',
      read: kept(() => records.due.countActive()),
    },
    halve_database_connections_waiting: {
      help: 'Statements that wait for a connection of the pool to PostgreSQL; always 0 with SQLite.',
      read: () => records.waiting(),
    },
    halve_workers_live: {
      help: 'Processes that do work and gave a sign of life lately.',
      read: () => fleet?.live.workers ?? (pool ? 1 : 0),
    },
    halve_image_processes: { help: 'Image processes alive.', read: () => pool?.stats.processes ?? 0 },
    halve_image_processes_ended: {
      help: 'Image processes that ended by themselves.',
      read: () => pool?.stats.ended ?? 0,
    },
    halve_images_in_flight: { help: 'Images being worked.', read: () => pool?.stats.running ?? 0 },
    halve_images_waiting: {
      help: 'Images that this process has taken and that wait for room in an image process or at their host.',
      read: () => pool?.stats.waiting ?? 0,
    },
  };
}

/** Made once in a while, however often it is read. */
function kept(read: () => Promise<number>): () => Promise<number> {
  return createAnswerCache<void, number>(read, { key: () => '', keepMs: () => KEPT_MS });
}
