// What is claimed in the database against what the queue holds: leases of what waits or runs are renewed, and jobs that
// the queue has lost (emptied, restarted without its data, evicting) are added again.
import { createHash } from 'node:crypto';
import type { Job, JobQueue, Log } from './ports.ts';
import type { Records } from './records/open-records.ts';

/** Claims of a process that died are handed out again after it, where no shared queue notices sooner. */
export const LEASE_MS = 2 * 60_000;
/** Rows looked at in one go, the oldest leases first. */
const PAGE = 5_000;

/**
 * The same job always has the same id, and it tells nothing: ids are seen in Redis, on the queue board and in the log,
 * and who knows a request's id knows where its results are.
 */
const idOf = (...job: (string | number)[]) =>
  createHash('sha256').update(job.join(' ')).digest('hex').slice(0, 32);

export const imageJob = (image: Job<'image'>['data']): Job<'image'> => ({
  id: idOf('image', image.request_id, image.seq, image.claim),
  name: 'image',
  data: image,
});

export const finishJob = (requestId: string): Job<'finish'> => ({
  id: idOf('finish', requestId),
  name: 'finish',
  data: { request_id: requestId },
});

export const deliverJob = (deliveryId: string): Job<'deliver'> => ({
  id: idOf('deliver', deliveryId),
  name: 'deliver',
  data: { delivery_id: deliveryId },
});

/**
 * Returns one look. A job must be missing in two looks running before it is added again, under the claim it had: what a
 * worker still has in hand when the queue is emptied mostly ends in between, and its result counts.
 */
export function createReconcile({
  leases,
  queue,
  log,
}: {
  leases: Records['leases'];
  queue: JobQueue;
  log: Log;
}): () => Promise<void> {
  let missedBefore = new Set<string>();

  return async function reconcile(): Promise<void> {
    const { images, finishing } = await leases.list(PAGE);
    const jobs: Job[] = [
      ...images.map(({ image }) => imageJob(image)),
      ...finishing.map(({ request_id }) => finishJob(request_id)),
    ];
    const missing = await queue.missing(jobs);
    const missed = new Set(missing.map(({ id }) => id));
    if (queue.shared) {
      const lost = missing.filter(({ id }) => missedBefore.has(id));
      if (lost.length > 0) {
        await queue.add(lost);
        log.warn({ jobs: lost.length }, 'the queue had lost jobs; they were added again');
        for (const { id } of lost) missed.delete(id);
      }
      missedBefore = missed;
    }
    // A queue of this process alone says nothing about the claims of others: they end unless their owner renews them.
    const ours = (job: Job) => queue.shared || !missed.has(job.id);
    const endsSoon = ({ left_ms }: { left_ms: number }) => left_ms < LEASE_MS / 2;
    await leases.renew(
      images.filter((row) => endsSoon(row) && ours(imageJob(row.image))).map(({ image }) => image),
      finishing
        .filter((row) => endsSoon(row) && ours(finishJob(row.request_id)))
        .map(({ request_id }) => request_id),
      LEASE_MS,
    );
  };
}
