// How long to wait before trying again. Pure, shared by every queue and by the handlers.

export interface Backoff {
  /** Milliseconds before the second attempt. */
  firstMs: number;
  factor: number;
  /** Milliseconds no wait exceeds. */
  maxMs: number;
}

/** A download that failed for a reason that may pass. */
export const FETCH_BACKOFF: Backoff = { firstMs: 500, factor: 3, maxMs: 60_000 };
/** A fault of our own (database or storage not answering): the work is not to blame and waits for it. */
export const FAULT_BACKOFF: Backoff = { firstMs: 500, factor: 2, maxMs: 30_000 };

/**
 * Milliseconds to wait after failed attempt number `attempt` (1-based), with "equal jitter": between half and all of
 * the exponential step, so that what failed together does not come back together.
 */
export function backoffMs(
  attempt: number,
  { firstMs, factor, maxMs }: Backoff,
  random = Math.random,
): number {
  const step = Math.min(maxMs, firstMs * factor ** (attempt - 1));
  return Math.round(step / 2 + (step / 2) * random());
}
