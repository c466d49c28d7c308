// When a delivery is tried again: the contract's waits, their spread, and a receiver's Retry-After.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttemptInMs, RETRY_DELAYS_MS } from '../../src/webhook/deliver.ts';

const HOUR = 3_600_000;
const next = (attempt: number, retryAfter: number | null = null, random = 0.5) =>
  nextAttemptInMs({ attempt, retryAfterMs: retryAfter, random: () => random });

describe('the schedule', () => {
  it('waits 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten attempts over 75 h 35 min 5 s', () => {
    expect(RETRY_DELAYS_MS.map((ms) => ms / 1000)).toEqual([
      5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
    expect(RETRY_DELAYS_MS.map((_, index) => next(index + 1)!)).toEqual(RETRY_DELAYS_MS);
    expect(RETRY_DELAYS_MS.reduce((sum, ms) => sum + ms, 0)).toBe(75 * HOUR + 35 * 60_000 + 5_000);
  });

  it('ends after the tenth attempt, whatever Retry-After says', () => {
    expect([next(10), next(11), next(10, 60_000)]).toEqual([null, null, null]);
  });

  it('spreads each wait by 10 % either way', () => {
    expect(next(2, null, 0)!).toBe(270_000);
    expect(next(2, null, 0.999_999)!).toBe(330_000);
  });

  it('is a whole millisecond within 10 % of the schedule without Retry-After, for any attempt and chance', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), chance, (attempt, random) => {
        const wait = next(attempt, null, random)!;
        const delay = RETRY_DELAYS_MS[attempt - 1]!;
        return Number.isInteger(wait) && wait >= delay * 0.9 - 1 && wait <= delay * 1.1 + 1;
      }),
    );
  });
});

describe('Retry-After', () => {
  it('makes a wait longer, never shorter', () => {
    expect(next(1, 60_000, 0)!).toBe(60_000);
    // Those who were told the same time do not come back in one instant.
    expect([next(1, 60_000, 0.5)!, next(1, 60_000, 0.999_999)!]).toEqual([63_000, 66_000]);
    expect(next(3, 60_000, 0.5)!).toBe(1_800_000);
    expect(next(3, 0, 0.5)!).toBe(1_800_000);
  });

  it('is taken as 24 h at most, and otherwise never undercut', () => {
    expect(next(1, 1_000 * HOUR)!).toBe(24 * HOUR);
    expect(next(1, Number.POSITIVE_INFINITY)!).toBe(24 * HOUR);
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * HOUR }), chance, (asked, random) => {
        const wait = next(1, asked, random)!;
        return wait >= asked && wait <= 24 * HOUR;
      }),
    );
  });
});
