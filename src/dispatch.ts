// The outbox relay: finds what is due in the database, claims it under a lease, and puts it in the queue.
import { messageOf } from './errors.ts';
import type { Clock, JobQueue, Log } from './ports.ts';
import { createReconcile, deliverJob, finishJob, imageJob, LEASE_MS } from './reconcile.ts';
import type { Records } from './records/open-records.ts';

export interface Dispatch {
  start(): void;
  /** Looks for due work soon; called when some may have become due. */
  poke(): void;
  /** Resolves when nothing more will be put in the queue. */
  stop(): Promise<void>;
}

/** Renewing is for images and finishing; a delivery is over within half of this. */
const DELIVERY_LEASE_MS = 60_000;
const FINISH_PAGE = 10;
const DELIVERY_PAGE = 50;
const RECONCILE_MS = 5_000;
/** What other processes ended is looked for so often (ms); what this one did is told by a poke. */
const ENDED_ELSEWHERE_MS = 250;
/**
 * Milliseconds between two looks: at least this when poked; at most that while there is work, which other processes may
 * end without a poke, and while there is none (retry times pass silently).
 */
const PAUSE_MS = { poked: 50, busy: 50, idle: 500, fault: 2_000 };

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
  let stopped = false;
  let poked = false;
  let failing = false;
  let wake: (() => void) | undefined;
  let loop: Promise<void> | undefined;

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

  /** Returns how long to pause; null when another process hands out, and no poke is worth a look. */
  async function look(forPoke: boolean): Promise<number | null> {
    await followClock();
    if (!(await queue.lead())) return null;
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
    if (forPoke || performance.now() - claimedEndsAt >= ENDED_ELSEWHERE_MS) {
      claimedEndsAt = performance.now();
      const finishing = await requests.claimFinishing(FINISH_PAGE, LEASE_MS);
      await queue.add(finishing.map(finishJob));
      const deliveries = await due.claimDeliveries(DELIVERY_PAGE, DELIVERY_LEASE_MS);
      await queue.add(deliveries.map(deliverJob));
    }
    return queue.shared && waiting > 0 ? PAUSE_MS.busy : PAUSE_MS.idle;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      let pause: number | null;
      const forPoke = poked;
      poked = false;
      try {
        pause = await look(forPoke);
        if (failing) log.info({}, 'dispatch goes on');
        failing = false;
      } catch (error) {
        // Said once: whatever is away may be so for long.
        if (!failing) log.error({ error: messageOf(error) }, 'dispatch could not hand out what is due');
        failing = true;
        pause = PAUSE_MS.fault;
      }
      if (failing || pause === null) {
        await sleep(pause ?? PAUSE_MS.idle, false);
        continue;
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
