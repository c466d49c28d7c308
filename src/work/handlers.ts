// Job name -> handler. A handler decides the outcome of its job and writes it; it throws only when a part of ours is down.
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { GivenBackError, type ImageFailure } from '../errors.ts';
import type { ClaimedImage, Handlers, ImageOutcome, ProcessOptions, Stage, StageTimes } from '../ports.ts';
import { backoffMs, FAULT_BACKOFF, FETCH_BACKOFF } from '../queue/retry.ts';
import type { Records } from '../records/open-records.ts';
import type { ImageResult } from '../records/results.ts';
import { createLoop, type Loop } from '../util/loop.ts';
import { codeLabel } from '../util/telemetry/image-metrics.ts';
import type { Metrics } from '../util/telemetry/metrics.ts';
import { imageKey } from './object-key.ts';
import { type Pool, PoolClosedError } from './pool.ts';
import { traceImage } from './trace-image.ts';

export interface Work {
  handlers: Handlers;
  /** Stops the images of a request that are in flight: it was cancelled or deleted. */
  abandon(requestId: string): void;
  stop(): Promise<void>;
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
  metrics: Metrics;
}

/** Attempts at an image that cannot be stored before it is failed for it: the waits of each included, more than half an hour. */
const STORAGE_ATTEMPTS = 24;
/** Attempts at recording one outcome: at the fault backoff, about a quarter of an hour. Then its lease ends and it is made again. */
const RECORD_ATTEMPTS = 40;
/** A cancel may come through another process: it is seen after this at most. */
const WATCH_MS = 500;

/** `started` by performance.now(). */
interface Times {
  started: number;
  stages: StageTimes;
}

/** A request with images in flight here. */
interface KnownRequest {
  images: number;
  controller: AbortController;
  options: ProcessOptions;
}

export function createWork(options: WorkOptions): Work {
  return new ImageWork(options);
}

class ImageWork implements Work {
  readonly handlers: Handlers;
  readonly #work: WorkOptions;
  readonly #known = new Map<string, KnownRequest>();
  readonly #watching: Loop;

  constructor(work: WorkOptions) {
    this.#work = work;
    this.handlers = { image: (image) => this.#image(image), finish: work.finish, deliver: work.deliver };
    this.#watching = createLoop(async () => {
      // A database that is away tells nothing: what is in flight goes on, and its outcomes wait.
      await this.#watch().catch(() => {});
      return WATCH_MS;
    });
    void this.#watching.start();
  }

  stop(): Promise<void> {
    return this.#watching.stop();
  }

  abandon(requestId: string): void {
    this.#known.get(requestId)?.controller.abort(new RequestAbandonedError());
    this.#known.delete(requestId);
  }

  /** Null when the request is not being worked any more. */
  async #enter(requestId: string): Promise<KnownRequest | null> {
    let request = this.#known.get(requestId);
    if (!request) {
      const row = await this.#work.records.requests.get(requestId);
      if (row?.status !== 'pending' && row?.status !== 'processing') return null;
      // Another image of it may have come first meanwhile.
      request = this.#known.get(requestId) ?? {
        images: 0,
        controller: newController(),
        options: row.options,
      };
      this.#known.set(requestId, request);
    }
    request.images++;
    return request;
  }

  #leave(requestId: string, request: KnownRequest): void {
    if (--request.images === 0 && this.#known.get(requestId) === request) this.#known.delete(requestId);
  }

  /** One query for all requests in flight, instead of one before each image. */
  async #watch(): Promise<void> {
    const ids = [...this.#known.keys()];
    if (ids.length === 0) return;
    const active = new Set(await this.#work.records.requests.listActive(ids));
    for (const id of ids) if (!active.has(id)) this.abandon(id);
  }

  async #image(image: ClaimedImage): Promise<void> {
    const request = await this.#enter(image.request_id);
    if (!request) return;
    const started = performance.now();
    const task = {
      url: image.url,
      key: await imageKey(image, request.options, {
        folder: this.#work.imageFolder(image.request_id),
        productOf: ({ request_id, row }) => this.#work.records.requests.productName(request_id, row),
      }),
      options: request.options,
      about: { request_id: image.request_id, row: image.row, position: image.position },
    };
    try {
      await this.#work.pool.run(task, request.controller.signal, (outcome, stages) =>
        this.#record(image, outcome, { started, stages }),
      );
    } catch (error) {
      if (error instanceof RequestAbandonedError) return;
      if (error instanceof PoolClosedError) throw new GivenBackError(error.message);
      throw error;
    } finally {
      this.#leave(image.request_id, request);
    }
  }

  async #record(image: ClaimedImage, outcome: ImageOutcome, { started, stages }: Times): Promise<void> {
    const { metrics, records, pool, fetchAttempts } = this.#work;
    const attempts = image.attempts + 1;
    const retryMs = outcome.status === 'failed' ? retryDelay(outcome, attempts, fetchAttempts) : null;
    const made = performance.now();
    const recording = this.#recordSurely({
      image,
      outcome,
      attempts,
      retry_in_ms: retryMs,
    });
    // The last for now: no other outcome is on its way that could be written with it.
    const { running, waiting } = pool.stats;
    if (running + waiting === 0) records.results.flush();
    const counted = await recording;
    const recorded = performance.now();
    for (const [stage, ms] of Object.entries(stages) as [Stage, number][])
      metrics.stageSeconds.observe({ stage }, ms / 1000);
    metrics.stageSeconds.observe({ stage: 'record' }, (recorded - made) / 1000);
    traceImage(image, {
      outcome,
      retried: retryMs !== null,
      stages,
      totalMs: recorded - started,
      recordMs: recorded - made,
    });
    if (counted) count(metrics, outcome, retryMs !== null, (recorded - started) / 1000);
    this.#work.onRecorded();
  }

  /**
   * A database that is away costs time, not the download: the outcome waits here, and with it the image's place in
   * flight, so the work pauses until the database is back.
   */
  async #recordSurely(result: ImageResult): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#work.records.results.record(result);
      } catch (error) {
        if (attempt === RECORD_ATTEMPTS) throw error;
        await wait(backoffMs(attempt, FAULT_BACKOFF));
      }
    }
  }
}

function count(metrics: Metrics, outcome: ImageOutcome, retried: boolean, seconds: number): void {
  const code = outcome.status === 'failed' ? codeLabel(outcome.code) : '';
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
