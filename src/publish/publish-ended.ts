// The outbox of the publisher: requests that have ended, page by page, until all of their images are published.
import { messageOf } from '../errors.ts';
import type { Log, PublishedImage, Publisher, Storage } from '../ports.ts';
import { type Backoff, backoffMs } from '../queue/retry.ts';
import type { Records } from '../records/open-records.ts';
import type { PublishClaim } from '../records/publishing.ts';
import type { ImageRecord } from '../records/results.ts';
import { createLoop } from '../util/loop.ts';

export interface PublishLoop {
  start(): void;
  /** A request has ended. */
  wake(): void;
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
  let failures = 0;

  const loop = createLoop(async () => {
    try {
      const claim = await publishing.claim(LEASE_MS);
      if (claim) await publishRequest(claim);
      if (failures > 0) log.info({}, 'publishing goes on');
      failures = 0;
      return claim ? 0 : { least: 0, most: IDLE_MS };
    } catch (error) {
      failures++;
      log.warn({ attempt: failures, error: messageOf(error) }, 'ended images could not be published');
      return backoffMs(failures, AWAY);
    }
  });

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

  return {
    start: () => void loop.start(),
    wake: loop.wake,
    async stop() {
      stopped = true;
      // A call to a service that is away ends when it is let go.
      await Promise.all([loop.stop(), publisher.close()]);
    },
  };
}
