// The queue board (Bull Board): what waits and runs in Redis, to be looked at only. It is for every key, and each key
// knows its own requests only, so a job shows nothing that leads to a request, a product or an address.
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { type Job as BullJob, Queue } from 'bullmq';
import type { FastifyPluginCallback } from 'fastify';
import { AppError } from '../errors.ts';
import type { Log, QueueBoard } from '../ports.ts';
import type { RedisAddress } from '../util/parse-settings.ts';
import { JOB_NAMES, jobTitle } from './jobs.ts';
import { connectFailFast } from './redis.ts';

/** Of a job's data: numbers that tell where in some file it is, and how often it was begun. */
const SHOWN_DATA = ['row', 'position', 'seq', 'claim', 'attempts'];

/** A queue of which nothing can be changed, and whose jobs are veiled before anything of the board sees them. */
class VeiledQueue extends BullMQAdapter {
  override async getJob(id: string) {
    const job = await super.getJob(id);
    return job && veil(job);
  }

  override async getJobs(...page: Parameters<BullMQAdapter['getJobs']>) {
    return (await super.getJobs(...page)).map(veil);
  }

  /** It would read jobs past the veil, for trees of jobs that we do not make. */
  override async getFlowProducer() {
    return null;
  }
}

function veil<Job extends BullJob>(job: Job): Job {
  const data = job.data as Record<string, unknown>;
  job.data = Object.fromEntries(SHOWN_DATA.filter((name) => name in data).map((name) => [name, data[name]]));
  // What was thrown may name anything.
  if (job.failedReason) job.failedReason = 'The log of the worker says why, under the id of this job.';
  job.stacktrace = [];
  job.deferredFailure = '';
  return job;
}

/** Only what reads is served at all. */
class ReadingAdapter extends FastifyAdapter {
  override setApiRoutes(routes: Parameters<FastifyAdapter['setApiRoutes']>[0]) {
    return super.setApiRoutes(routes.filter(({ method }) => method === 'get'));
  }

  /** Thrown on to the server's own error handler, which answers as everywhere. */
  override setErrorHandler() {
    return super.setErrorHandler((error) => {
      const { statusCode = 500 } = error as { statusCode?: number };
      if (error instanceof AppError || statusCode < 500) throw error;
      throw new AppError('unavailable', 'Redis does not answer.', { retryAfterSeconds: 5, cause: error });
    });
  }
}

/** Resolves although Redis does not answer; then the board's calls are refused within seconds. */
export async function openBoard({ url, prefix }: RedisAddress, log: Log): Promise<QueueBoard> {
  const connection = connectFailFast(url, log);
  const queues = JOB_NAMES.map((name) => {
    const queue = new Queue(name, {
      connection,
      prefix,
      skipVersionCheck: true,
      skipWaitingForReady: true,
      skipMetasUpdate: true,
    });
    queue.on('error', () => {}); // told by the connection's own listener, and by whoever called
    return { queue, description: jobTitle(name) };
  });
  const adapter = new ReadingAdapter();
  createBullBoard({
    queues: queues.map(
      ({ queue, description }) => new VeiledQueue(queue, { readOnlyMode: true, description }),
    ),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'halve queues',
        hideDocsLink: true,
        // It asks Redis for all its clients at every look, and shows their addresses.
        showWorkers: false,
      },
    },
  });
  return {
    plugin: adapter.registerPlugin() as FastifyPluginCallback,
    async close(): Promise<void> {
      await Promise.all(queues.map(({ queue }) => queue.close()));
      connection.disconnect();
    },
  };
}
