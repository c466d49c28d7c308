// Refusing new work before everything stands still: what is under way, health and metrics go on.
import { getHeapStatistics } from 'node:v8';
import { AppError } from '../../errors.ts';
import type { App } from '../context.ts';

const LOOK_MS = 250;
/** A look that comes so late says how long nobody was answered. */
const MAX_LATE_MS = 1_000;
/** Two late looks within this time are overload, for this time; one alone is a machine that was asleep. */
const OVERLOAD_MS = 5_000;
const MAX_HEAP = 0.9;

/** What begins work or walks over many rows, as the OpenAPI document names it. */
export const SHED: ReadonlySet<string> = new Set([
  'post /upload',
  'post /validate',
  'post /preview',
  'get /requests',
  'get /status/{request_id}/images',
  'get /status/{request_id}/images/{seq}/original',
  'get /status/{request_id}/failures',
  'get /status/{request_id}/statistics',
]);

export function shedLoad(app: App): void {
  let lookedAt = performance.now();
  let lateAt = Number.NEGATIVE_INFINITY;
  let overloadedUntil = 0;
  let heapFull = false;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - lookedAt - LOOK_MS > MAX_LATE_MS) {
      if (lookedAt - lateAt < OVERLOAD_MS) overloadedUntil = now + OVERLOAD_MS;
      lateAt = now;
    }
    lookedAt = now;
    const heap = getHeapStatistics();
    heapFull = heap.used_heap_size > MAX_HEAP * heap.heap_size_limit;
  }, LOOK_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
  app.addHook('onRequest', async ({ method, routeOptions }) => {
    if (!heapFull && performance.now() > overloadedUntil) return;
    const route = `${method === 'HEAD' ? 'get' : method.toLowerCase()} ${routeOptions.url}`;
    if (!SHED.has(route.replace(/:(\w+)/g, '{$1}'))) return;
    throw new AppError('overloaded', 'Try again in a few seconds.', {
      retryAfterSeconds: OVERLOAD_MS / 1_000,
    });
  });
}
