// What is looked after: the heartbeat among the processes of a fleet, and the removal of what is old.
import { createFleet } from '../fleet.ts';
import { createForget } from '../retention/forget.ts';
import type { Setup } from './setup.ts';
import type { Stored } from './stored.ts';

export type Upkeep = ReturnType<typeof openUpkeep>;

/** `running`: images being worked here. `abandon` stops those of a request. */
export function openUpkeep(
  { config, log, role, life }: Setup,
  { records, storage, queue }: Stored,
  { running, abandon }: { running(): number; abandon(requestId: string): void },
) {
  const fleet =
    queue.shared && role !== 'run'
      ? life.own(
          'the heartbeat',
          createFleet({ workers: records.workers, role, processes: config.WORKERS, running, log }),
          (fleet) => fleet.stop(),
        )
      : null;
  const forget = life.own(
    'the removal of old requests',
    createForget({ records, storage, abandon, retentionDays: config.RETENTION_DAYS, log }),
    (forget) => forget.stop(),
  );
  return {
    fleet,
    forget: forget.forget,
    /** Image processes of all that share the queue. */
    processes: () => (fleet ? fleet.live.processes : config.WORKERS),
    /** Resolves when this process is known to the others. */
    join: () => fleet?.start(),
    start(): void {
      if (config.WORKERS > 0 || !queue.shared) forget.start();
    },
  };
}
