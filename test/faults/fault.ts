// One fault, injected in rounds: each a test of its own with its own seed, measured for the table of the whole form.
import { it } from 'vitest';

export interface Round {
  /** 0 to 1, by the seed. */
  random(): number;
  /** From `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** From the first round, 1, to the last. */
  number: number;
}

export interface Measured {
  /** Seconds from the end of the fault until the work went on. */
  recoverySeconds: number;
  /** Fetches beyond the first of each URL. */
  refetches: number;
}

interface FaultOptions {
  /** Why it cannot be run here. */
  missing?: string | null;
  /** Only in the whole form: mostly waiting, or one of several of a kind. */
  whole?: boolean;
  timeoutMs?: number;
}

declare module 'vitest' {
  interface TaskMeta {
    fault?: { name: string } & Partial<Measured>;
  }
}

/** The whole form runs each fault so many times; the short form, which is part of `npm test`, once. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);
export const SHORT = process.env.FAULT_ROUNDS === undefined;
/** The first round's seed; the others follow it. */
const SEED = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));

export function fault(
  name: string,
  { missing, whole = false, timeoutMs = 240_000 }: FaultOptions,
  inject: (round: Round) => Promise<Measured>,
): void {
  if (whole && SHORT) return;
  for (let number = 1; number <= ROUNDS; number++) {
    const seed = SEED + number - 1;
    const title = missing ? `${name} (${missing})` : ROUNDS > 1 ? `${name}, round ${number}` : name;
    it.skipIf(missing)(title, { timeout: timeoutMs }, async ({ task }) => {
      task.meta.fault = { name };
      const random = randomOf(seed);
      const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
      try {
        Object.assign(task.meta.fault, await inject({ random, between, number }));
      } catch (error) {
        if (error instanceof Error) error.message += `\n(again with FAULT_SEED=${seed})`;
        throw error;
      }
    });
  }
}

/** mulberry32: small, and good enough to choose moments. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
