// What is claimed in the database against what the queue holds: leases of what waits or runs are renewed, and jobs that
// the queue has lost (emptied, restarted without its data, evicting) are added again.
import type { Job, JobQueue, Log } from './ports.ts';
import { finishJob, imageJob, LEASE_MS } from './queue/jobs.ts';
import type { Records } from './records/open-records.ts';

/** Rows looked at in one go, the oldest leases first. */
const PAGE = 5_000;

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
