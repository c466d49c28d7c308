// The outbox of the publisher: requests that have ended, page by page, until all of their images are published.
import { messageOf } from '../errors.ts';
import type { Log, PublishedImage, Publisher, Storage } from '../ports.ts';
import { type Backoff, backoffMs } from '../queue/retry.ts';
import type { Records } from '../records/open-records.ts';
import type { PublishClaim } from '../records/publishing.ts';
import type { ImageRecord } from '../records/results.ts';

export interface PublishLoop {
  start(): void;
  /** A request has ended. */
  poke(): void;
  /** Resolves when nothing more will be published; what is under way is taken up again later. */
  stop(): Promise<void>;
}

const PAGE = 500;
/** Longer than one page may take; a lost claim is due again after it. */
const LEASE_MS = 3 * 60_000;
const IDLE_MS = 5_000;
/** The publisher is away or refuses: nothing of it is lost, however long that is. */
const AWAY: Backoff = { firstMs: 1_000, factor: 2, maxMs: 60_000 };

export function createPublishLoop({
  records: { publishing, results },
  publisher,
  storage,
  log,
}: {
  records: Pick<Records, 'publishing' | 'results'>;
  publisher: Publisher;
  storage: Pick<Storage, 'url'>;
  log: Log;
}): PublishLoop {
  let stopped = false;
  let wake: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        const claim = await publishing.claim(LEASE_MS);
        if (claim) await publishRequest(claim);
        else await sleep(IDLE_MS, true);
        if (failures > 0) log.info({}, 'publishing goes on');
        failures = 0;
      } catch (error) {
        failures++;
        log.warn({ attempt: failures, error: messageOf(error) }, 'ended images could not be published');
        await sleep(backoffMs(failures, AWAY), false);
      }
    }
  }

  async function publishRequest(claim: PublishClaim): Promise<void> {
    try {
      for (let cursor = claim.published_seq; !stopped; ) {
        const page = await results.list(claim.id, { cursor, limit: PAGE });
        const ended = page.filter(({ status }) => status !== 'pending');
        if (ended.length > 0) await publisher.publish(ended.map((image) => publishedOf(claim.id, image)));
        if (page.length < PAGE) return await publishing.done(claim);
        cursor = page.at(-1)!.seq;
        if (!(await publishing.reached(claim, cursor, LEASE_MS))) return;
      }
      await publishing.release(claim);
    } catch (error) {
      await publishing.release(claim).catch(() => {});
      throw error;
    }
  }

  function publishedOf(request_id: string, image: ImageRecord): PublishedImage {
    const { seq, row, position, product_name, input_url, output_key, status, error_code } = image;
    return {
      request_id,
      seq,
      row,
      position,
      product_name,
      input_url,
      output_url: output_key === null ? null : storage.url(output_key),
      status: status as PublishedImage['status'],
      error: error_code === null ? null : { code: error_code, message: image.error_message ?? '' },
    };
  }

  function sleep(ms: number, wakeable: boolean): Promise<void> {
    if (stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        if (!wakeable && !stopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    start() {
      running ??= run();
    },
    poke: () => wake?.(),
    async stop() {
      stopped = true;
      wake?.();
      // A call to a service that is away ends when it is let go.
      await publisher.close();
      await running;
    },
  };
}
