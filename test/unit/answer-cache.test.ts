// The cache of answers that cost something, on a clock of the test's own: what is made, when again, and what is not kept.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isClosed } from '../../src/http/present.ts';
import { requestAnswers } from '../../src/http/request-answers.ts';
import type { RequestRecord } from '../../src/records/schema.ts';
import { createAnswerCache, type Keeping } from '../../src/util/answer-cache.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => void vi.useRealTimers());

const HOUR = 3_600_000;
const FOR_A_SECOND: Keeping<string> = { key: (name) => name, keepMs: () => 1_000 };

/** Counts what is made, each in `tookMs`, and answers with the count. */
function counting<Subject>(keeping: Keeping<Subject>, tookMs = 0) {
  const made: Subject[] = [];
  const ask = createAnswerCache(async (subject: Subject) => {
    const count = made.push(subject);
    if (tookMs > 0) await new Promise((resolve) => setTimeout(resolve, tookMs));
    return count;
  }, keeping);
  return { made, ask };
}

it('is asked anew when its time is over, counted from when it was there', async () => {
  const { made, ask } = counting(FOR_A_SECOND, 300);
  const first = ask('a');
  await vi.advanceTimersByTimeAsync(300);
  expect(await first).toBe(1);
  vi.advanceTimersByTime(999);
  expect(await ask('a')).toBe(1);
  vi.advanceTimersByTime(1);
  const second = ask('a');
  await vi.advanceTimersByTimeAsync(300);
  expect(await second).toBe(2);
  vi.advanceTimersByTime(HOUR);
  void ask('a');
  expect(made).toHaveLength(3);
});

it('is made once for all who ask at once, however long that takes, and for each key by itself', async () => {
  const { made, ask } = counting(FOR_A_SECOND, HOUR);
  const asked = [ask('a'), ask('a'), ask('b')];
  await vi.advanceTimersByTimeAsync(HOUR / 2);
  asked.push(ask('a'), ask('b'));
  await vi.advanceTimersByTimeAsync(HOUR / 2);
  expect(await Promise.all(asked)).toEqual([1, 1, 2, 1, 2]);
  expect(made).toEqual(['a', 'b']);
});

it('keeps no failure, but tells it to all who wait', async () => {
  let calls = 0;
  const ask = createAnswerCache(async () => {
    if (++calls === 1) throw new Error('away');
    return calls;
  }, FOR_A_SECOND);
  const outcomes = await Promise.allSettled([ask('a'), ask('a')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(calls).toBe(1);
  expect([await ask('a'), await ask('a')]).toEqual([2, 2]);
});

it('keeps two hundred, and forgets the one that was made first', async () => {
  const { made, ask } = counting<string>({ key: (name) => name, keepMs: () => Number.POSITIVE_INFINITY });
  for (let index = 0; index <= 200; index++) await ask(`${index}`);
  await ask('200');
  await ask('1');
  expect(made).toHaveLength(201);
  await ask('0');
  expect(made).toHaveLength(202);
});

it('keeps answers about a request for twenty times their cost, a second at least; of an ended one for good', async () => {
  const running = { id: 'a', revision: 1, completed_at: null, finish_due_at: null } as RequestRecord;
  const ended: RequestRecord = { ...running, completed_at: 5, revision: 2 };
  expect([isClosed(running), isClosed(ended)]).toEqual([false, true]);
  const { made, ask } = counting(requestAnswers, 200);
  const make = async (request: RequestRecord) => {
    const answer = ask(request);
    await vi.advanceTimersByTimeAsync(200);
    return answer;
  };
  expect(await make(running)).toBe(1);
  vi.advanceTimersByTime(3_999);
  expect(await ask(running)).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await make(running)).toBe(2);
  expect(await make(ended)).toBe(3);
  vi.advanceTimersByTime(1_000 * HOUR);
  expect(await ask(ended)).toBe(3);
  // Opened again, it is another.
  expect(await make({ ...ended, revision: 3 })).toBe(4);
  expect(made).toHaveLength(4);
  expect(requestAnswers.keepMs(running, 1)).toBe(1_000);
});
