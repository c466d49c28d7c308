// Job name -> handler. A handler decides the outcome of its job and writes it; it throws only when a part of ours is down.
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClaimedImage, Clock, Handlers, ImageFailure, ImageOutcome, ProcessOptions } from '../ports.ts';
import { backoffMs, FAULT_BACKOFF, FETCH_BACKOFF } from '../queue/retry.ts';
import type { Records } from '../records/open-records.ts';
import type { ImageResult } from '../records/results.ts';
import type { Metrics } from '../util/metrics.ts';
import { imageKey } from './object-key.ts';
import { type Pool, PoolClosedError } from './pool.ts';

export interface Work {
  handlers: Handlers;
  /** Stops the images of a request that are in flight: it was cancelled or deleted. */
  abandon(requestId: string): void;
}

export interface WorkOptions {
  records: Pick<Records, 'requests' | 'results'>;
  pool: Pool;
  /** Folder of a request's results in the storage. */
  imageFolder(requestId: string): string;
  finish: Handlers['finish'];
  deliver: Handlers['deliver'];
  fetchAttempts: number;
  /** Called after results are written: what they made due can be looked for. */
  onRecorded(): void;
  clock: Clock;
  metrics: Metrics;
}

/** Attempts at an image that cannot be stored before it is failed for it: the waits of each included, more than half an hour. */
const STORAGE_ATTEMPTS = 24;
/** Attempts at recording one outcome: at the fault backoff, about a quarter of an hour, the length of a lease. */
const RECORD_ATTEMPTS = 40;
/** How long a request's state is believed before it is read again; a cancel elsewhere is seen after this. */
const STATE_FRESH_MS = 1_000;

interface KnownRequest {
  readAt: number;
  controller: AbortController;
  options: ProcessOptions;
}

export function createWork(work: WorkOptions): Work {
  const { records, pool, clock, metrics } = work;
  const known = new Map<string, KnownRequest>();

  /** The request's options, or null when it is not being worked any more. */
  async function activeRequest(requestId: string): Promise<KnownRequest | null> {
    const cached = known.get(requestId);
    if (cached && clock.now() - cached.readAt < STATE_FRESH_MS) return cached;
    const request = await records.requests.get(requestId);
    if (request?.status !== 'pending' && request?.status !== 'processing') {
      abandon(requestId);
      return null;
    }
    const state = {
      readAt: clock.now(),
      controller: cached?.controller ?? newController(),
      options: JSON.parse(request.options) as ProcessOptions,
    };
    known.set(requestId, state);
    for (const [id, { readAt }] of known) if (clock.now() - readAt > 60 * STATE_FRESH_MS) known.delete(id);
    return state;
  }

  function abandon(requestId: string): void {
    known.get(requestId)?.controller.abort(new RequestAbandonedError());
    known.delete(requestId);
  }

  async function image(image: ClaimedImage): Promise<void> {
    const request = await activeRequest(image.request_id);
    if (!request) return;
    const started = performance.now();
    const task = {
      url: image.url,
      key: await imageKey(image, request.options, {
        folder: work.imageFolder(image.request_id),
        productOf: ({ request_id, row }) => records.requests.productName(request_id, row),
      }),
      options: request.options,
    };
    try {
      await pool.run(task, request.controller.signal, (outcome) => record(image, outcome, started));
    } catch (error) {
      // Its lease brings it back where that is still wanted.
      if (error instanceof RequestAbandonedError || error instanceof PoolClosedError) return;
      throw error;
    }
  }

  async function record(image: ClaimedImage, outcome: ImageOutcome, started: number): Promise<void> {
    const attempts = image.attempts + 1;
    const retryMs = outcome.status === 'failed' ? retryDelay(outcome, attempts, work.fetchAttempts) : null;
    const counted = await recordSurely({
      image,
      outcome,
      attempts,
      retry_at: retryMs === null ? null : clock.now() + retryMs,
    });
    if (counted) count(outcome, retryMs !== null, (performance.now() - started) / 1000);
    work.onRecorded();
  }

  /**
   * A database that is away costs time, not the download: the outcome waits here, and with it the image's place in
   * flight, so the work pauses until the database is back.
   */
  async function recordSurely(result: ImageResult): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await records.results.record(result);
      } catch (error) {
        if (attempt === RECORD_ATTEMPTS) throw error;
        await wait(backoffMs(attempt, FAULT_BACKOFF));
      }
    }
  }

  function count(outcome: ImageOutcome, retried: boolean, seconds: number): void {
    const code = outcome.status === 'failed' ? outcome.code : '';
    if (retried) {
      metrics.retries.inc({ code });
      return;
    }
    metrics.images.inc({ status: outcome.status, code });
    metrics.imageSeconds.observe(seconds);
    if (outcome.status === 'processed') {
      metrics.bytesIn.inc(outcome.bytes_in);
      metrics.bytesOut.inc(outcome.bytes_out);
    }
  }

  return { handlers: { image, finish: work.finish, deliver: work.deliver }, abandon };
}

function newController(): AbortController {
  const controller = new AbortController();
  // Every image of the request that is in flight listens to it.
  setMaxListeners(0, controller.signal);
  return controller;
}

class RequestAbandonedError extends Error {
  override readonly name = 'RequestAbandonedError';
}

/** Milliseconds until the next attempt, or null when this failure is final. */
function retryDelay(failure: ImageFailure, attempts: number, fetchAttempts: number): number | null {
  if (!failure.transient) return null;
  const ours = failure.code === 'storage_failed';
  if (attempts >= (ours ? STORAGE_ATTEMPTS : fetchAttempts)) return null;
  return Math.max(failure.retry_after_ms ?? 0, backoffMs(attempts, ours ? FAULT_BACKOFF : FETCH_BACKOFF));
}
