// The outbox relay: finds what is due in the database, claims it under a lease, and puts it in the queue.
import { messageOf } from './errors.ts';
import type { JobQueue, Log } from './ports.ts';
import type { Records } from './records/open-records.ts';

export interface Dispatch {
  start(): void;
  /** Looks for due work soon; called when some may have become due. */
  poke(): void;
  /** Resolves when nothing more will be put in the queue. */
  stop(): Promise<void>;
}

/** Longer than any image may take from claim to record; a lost claim is handed out again after it. */
const IMAGE_LEASE_MS = 15 * 60_000;
const FINISH_LEASE_MS = 10 * 60_000;
const DELIVERY_LEASE_MS = 60_000;
const FINISH_PAGE = 10;
const DELIVERY_PAGE = 50;
/** Milliseconds between two looks: at least this when poked, at most that when nobody pokes (retry times pass silently). */
const PAUSE_MS = { poked: 50, idle: 500, fault: 2_000 };

/**
 * `highWater` is the number of images kept in the queue at most: enough that no worker waits, few enough that a million
 * due rows fill neither memory nor queue, and that a small upload waits behind few images of a large one.
 */
export function createDispatch({
  records: { due, requests },
  queue,
  highWater,
  log,
}: {
  records: Pick<Records, 'due' | 'requests'>;
  queue: JobQueue;
  highWater: number;
  log: Log;
}): Dispatch {
  let stopped = false;
  let poked = false;
  let wake: (() => void) | undefined;
  let loop: Promise<void> | undefined;

  async function look(): Promise<void> {
    const waiting = await queue.depth('image');
    // Claiming half the mark at a time keeps the pages, and so the transactions, few.
    if (waiting <= highWater / 2) {
      const images = await due.claimImages(highWater - waiting, IMAGE_LEASE_MS);
      await queue.add(
        images.map((image) => ({
          id: `${image.request_id}-${image.seq}-${image.claim}`,
          name: 'image',
          data: image,
        })),
      );
    }
    const finishing = await requests.claimFinishing(FINISH_PAGE, FINISH_LEASE_MS);
    await queue.add(
      finishing.map((id) => ({ id: `finish-${id}`, name: 'finish', data: { request_id: id } })),
    );
    const deliveries = await due.claimDeliveries(DELIVERY_PAGE, DELIVERY_LEASE_MS);
    await queue.add(
      deliveries.map((id) => ({ id: `deliver-${id}`, name: 'deliver', data: { delivery_id: id } })),
    );
  }

  async function run(): Promise<void> {
    while (!stopped) {
      let pause = PAUSE_MS.idle;
      poked = false;
      try {
        await look();
      } catch (error) {
        log.error({ error: messageOf(error) }, 'dispatch could not read what is due');
        pause = PAUSE_MS.fault;
      }
      await sleep(PAUSE_MS.poked, false);
      if (!poked) await sleep(pause, true);
    }
  }

  function sleep(ms: number, wakeable: boolean): Promise<void> {
    if (stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      wake = () => {
        if (wakeable || stopped) end();
      };
    });
  }

  return {
    start() {
      loop ??= run();
    },
    poke() {
      poked = true;
      wake?.();
    },
    async stop() {
      stopped = true;
      wake?.();
      await loop;
    },
  };
}
