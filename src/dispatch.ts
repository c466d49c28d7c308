// The outbox relay: finds what is due in the database, claims it under a lease, and puts it in the queue.
import { messageOf } from './errors.ts';
import type { Clock, JobQueue, Log } from './ports.ts';
import { deliverJob, finishJob, imageJob, LEASE_MS } from './queue/jobs.ts';
import { createReconcile } from './reconcile.ts';
import type { Records } from './records/open-records.ts';
import { createLoop, type Rest } from './util/loop.ts';

export interface Dispatch {
  start(): void;
  /** Looks for due work soon; called when some may have become due. */
  wake(): void;
  /** Resolves when nothing more will be put in the queue. */
  stop(): Promise<void>;
}

/** Renewing is for images and finishing; a delivery is over within half of this. */
const DELIVERY_LEASE_MS = 60_000;
const FINISH_PAGE = 10;
const DELIVERY_PAGE = 50;
const RECONCILE_MS = 5_000;
/** What other processes ended is looked for so often (ms); what this one ended wakes it. */
const ENDED_ELSEWHERE_MS = 250;
/** Between two looks: the least when woken, and the most while there is work, which other processes may end. */
const BUSY: Rest = { least: 50, most: 100 };
/** The most while there is none: retry times pass silently. */
const IDLE: Rest = { least: 50, most: 550 };
/** While another process hands out, and while a part is away, nothing makes a look worth more (ms). */
const FOLLOWING: Rest = 500;
const FAULT: Rest = 2_000;

/** The wall clock and the time that passes part by this much only when the clock is set, or the machine slept (ms). */
const CLOCK_SET_MS = 1_000;

/**
 * `highWater` is the number of images kept in the queue at most: enough that no worker waits, few enough that a million
 * due rows fill neither memory nor queue, and that a small upload waits behind few images of a large one.
 */
export function createDispatch({
  records: { exclusive, due, leases, requests },
  queue,
  highWater,
  clock,
  log,
}: {
  records: Pick<Records, 'exclusive' | 'due' | 'leases' | 'requests'>;
  queue: JobQueue;
  highWater: () => number;
  clock: Clock;
  log: Log;
}): Dispatch {
  const reconcile = createReconcile({ leases, queue, log });
  let reconciledAt = Number.NEGATIVE_INFINITY;
  let claimedEndsAt = Number.NEGATIVE_INFINITY;
  let wallAhead = clock.now() - performance.now();
  let failing = false;

  /**
   * Times in a database without a clock of its own are this process' times. Set back, they go back with its clock; set
   * forward, leases that seem to have ended are renewed before anything is claimed.
   */
  async function followClock(): Promise<void> {
    const ahead = clock.now() - performance.now();
    const setBy = Math.round(ahead - wallAhead);
    if (exclusive && Math.abs(setBy) > CLOCK_SET_MS) {
      log.warn({ seconds: Math.round(setBy / 1000) }, 'the clock was set');
      if (setBy < 0) await leases.setBack(-setBy);
      reconciledAt = Number.NEGATIVE_INFINITY;
    }
    wallAhead = ahead;
  }

  async function look(woken: boolean): Promise<Rest> {
    await followClock();
    if (!(await queue.lead())) return FOLLOWING;
    // Before anything is claimed: after a standstill, leases that ended with their jobs still at hand are renewed first.
    if (performance.now() - reconciledAt >= RECONCILE_MS) {
      await reconcile();
      reconciledAt = performance.now();
    }
    const mark = highWater();
    let waiting = await queue.depth('image');
    // Claiming half the mark at a time keeps the pages, and so the transactions, few.
    if (waiting <= mark / 2) {
      const images = await due.claimImages(mark - waiting, LEASE_MS);
      await queue.add(images.map(imageJob));
      waiting += images.length;
    }
    if (woken || performance.now() - claimedEndsAt >= ENDED_ELSEWHERE_MS) {
      claimedEndsAt = performance.now();
      const finishing = await requests.claimFinishing(FINISH_PAGE, LEASE_MS);
      await queue.add(finishing.map(finishJob));
      const deliveries = await due.claimDeliveries(DELIVERY_PAGE, DELIVERY_LEASE_MS);
      await queue.add(deliveries.map(deliverJob));
    }
    return queue.shared && waiting > 0 ? BUSY : IDLE;
  }

  const loop = createLoop(async (woken) => {
    try {
      const rest = await look(woken);
      if (failing) log.info({}, 'dispatch goes on');
      failing = false;
      return rest;
    } catch (error) {
      // Said once: whatever is away may be so for long.
      if (!failing) log.error({ error: messageOf(error) }, 'dispatch could not hand out what is due');
      failing = true;
      return FAULT;
    }
  });
  return { start: () => void loop.start(), wake: loop.wake, stop: loop.stop };
}
