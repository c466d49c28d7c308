// Forgetting a request: its rows and its files. Begun ones are taken up again, so a crash in the middle leaves nothing.
import { messageOf } from '../errors.ts';
import type { Log, Storage } from '../ports.ts';
import type { Records } from '../records/open-records.ts';
import { createLoop } from '../util/loop.ts';

export interface Forget {
  /** Hides the request at once and removes what belongs to it. False when there is none. */
  forget(requestId: string): Promise<boolean>;
  /** Removes what was begun and what is older than the retention time, now and then every few minutes. */
  start(): void;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
const EVERY_MS = 10 * 60_000;
const PAGE = 100;

export function createForget({
  records: { requests, removal },
  storage,
  abandon,
  retentionDays,
  log,
}: {
  records: Pick<Records, 'requests' | 'removal'>;
  storage: Storage;
  /** Stops the request's images that are in flight. */
  abandon(requestId: string): void;
  /** 0 keeps everything. */
  retentionDays: number;
  log: Log;
}): Forget {
  async function remove(id: string): Promise<void> {
    abandon(id);
    await storage.deletePrefix(id);
    await removal.removeRows(id);
  }

  const sweeping = createLoop(async () => {
    try {
      if (retentionDays > 0) {
        const expired = await removal.listExpired(retentionDays * DAY_MS, PAGE);
        for (const id of expired) await removal.hide(id);
      }
      for (const id of await removal.listForgotten()) await remove(id);
      await storage.removeUnfinished?.({ ageMs: DAY_MS });
    } catch (error) {
      log.error({ error: messageOf(error) }, 'old requests could not be removed');
    }
    return EVERY_MS;
  });

  return {
    async forget(requestId) {
      if (!(await requests.get(requestId)) || !(await removal.hide(requestId))) return false;
      await remove(requestId);
      return true;
    },
    start: () => void sweeping.start(),
    stop: sweeping.stop,
  };
}
