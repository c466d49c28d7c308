// Refusing new work before everything stands still: what is under way, health and metrics go on.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { AppError } from '../errors.ts';
import type { App } from './context.ts';

/** A mean over a second: one long pause, as of a machine that was asleep, is no overload. */
const MAX_TURN_MS = 1_000;
const MAX_HEAP = 0.9;
const LOOK_MS = 1_000;
const RETRY_AFTER_SECONDS = 5;

/** What begins work or walks over many rows. */
const SHED =
  /^(?:POST \/(?:upload|validate|preview)|(?:GET|HEAD) \/(?:requests|status\/:request_id\/(?:images(?:\/:seq\/original)?|failures|statistics)))$/;

export function shedLoad(app: App): void {
  const turns = monitorEventLoopDelay();
  turns.enable();
  let overloaded = false;
  const timer = setInterval(() => {
    const heap = getHeapStatistics();
    overloaded = turns.mean / 1e6 > MAX_TURN_MS || heap.used_heap_size > MAX_HEAP * heap.heap_size_limit;
    turns.reset();
  }, LOOK_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    turns.disable();
  });
  app.addHook('onRequest', async ({ method, routeOptions }) => {
    if (!overloaded || !SHED.test(`${method} ${routeOptions.url}`)) return;
    throw new AppError('overloaded', 'Try again in a few seconds.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  });
}
