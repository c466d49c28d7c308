// The parts that are too small for a file of their own.
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { SeenUrls } from '../../src/intake/seen-urls.ts';
import { backoffMs } from '../../src/queue/retry.ts';
import { createBatcher } from '../../src/records/batch.ts';
import { createLimit } from '../../src/util/limit.ts';
import { createHostSlots } from '../../src/work/host-slots.ts';
import { createMessageBatch } from '../../src/work/message-batch.ts';
import { hostOf } from '../../src/work/messages.ts';

describe('the batcher', () => {
  function collect() {
    const batches: number[][] = [];
    async function write(items: number[]): Promise<string[]> {
      batches.push(items);
      await wait(1);
      return items.map((item) => `#${item}`);
    }
    return { batches, write };
  }

  it('writes what came together together, and answers each its own', async () => {
    const { batches, write } = collect();
    const batcher = createBatcher(write, { enough: 3, maxItems: 4, maxDelayMs: 5 });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((item) => batcher.add(item)));
    expect(answers).toEqual(['#1', '#2', '#3', '#4', '#5', '#6', '#7']);
    expect(await batcher.add(8)).toBe('#8');
    expect(batches).toEqual([[1, 2, 3], [4, 5, 6, 7], [8]]);
  });

  it('tells everybody in a batch that failed, and goes on with the next', async () => {
    let fails = true;
    const batcher = createBatcher<number, number>(
      async (items) => {
        if (fails) throw new Error('disk full');
        return items;
      },
      { enough: 10, maxItems: 10, maxDelayMs: 1 },
    );
    const outcomes = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await batcher.add(3)).toBe(3);
  });

  it('does not wait for more when told that nobody comes', async () => {
    const { batches, write } = collect();
    const batcher = createBatcher(write, { enough: 100, maxItems: 100, maxDelayMs: 60_000 });
    const first = batcher.add(1);
    batcher.flush();
    // Also what comes while the first is written.
    const second = batcher.add(2);
    batcher.flush();
    await Promise.all([first, second]);
    expect(batches).toEqual([[1], [2]]);
  });

  it('drains what is waiting at once', async () => {
    const { batches, write } = collect();
    const batcher = createBatcher(write, { enough: 100, maxItems: 100, maxDelayMs: 60_000 });
    void batcher.add(1);
    void batcher.add(2);
    await batcher.drain();
    expect(batches).toEqual([[1, 2]]);
  });
});

it('keeps what can wait for what cannot, but not for long', async () => {
  const sent: string[][] = [];
  const { post, postSoon } = createMessageBatch<string>((messages) => sent.push(messages), 20);
  post('a');
  postSoon('b');
  postSoon('c');
  post('d');
  postSoon('e');
  expect(sent).toEqual([['a'], ['b', 'c', 'd']]);
  await vi.waitFor(() => expect(sent).toEqual([['a'], ['b', 'c', 'd'], ['e']]));
});

it('remembers every URL under its first number', () => {
  const seen = new SeenUrls();
  const count = 20_000;
  for (let seq = 1; seq <= count; seq++) expect(seen.add(`http://a.example/${seq}.jpg`, seq)).toBeNull();
  for (let seq = 1; seq <= count; seq++)
    expect(seen.add(`http://a.example/${seq}.jpg`, count + seq)).toBe(seq);
});

it('waits between half and all of an exponential step', () => {
  const backoff = { firstMs: 500, factor: 3, maxMs: 10_000 };
  expect([1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, backoff, () => 0))).toEqual([
    250, 750, 2250, 5000, 5000,
  ]);
  expect([1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, backoff, () => 1))).toEqual([
    500, 1500, 4500, 10_000, 10_000,
  ]);
});

it('gives a slot on in the order of asking, and a release counts once', async () => {
  const limit = createLimit(1);
  const first = await limit.acquire();
  const order: string[] = [];
  const second = limit.acquire().then((release) => {
    order.push('second');
    return release;
  });
  const third = limit.acquire().then(() => order.push('third'));
  first();
  first();
  const release = await second;
  expect([order, limit.held]).toEqual([['second'], 1]);
  release();
  await third;
  expect(order).toEqual(['second', 'third']);
});

it('counts host slots, those who wait for a redirect first', () => {
  let freed = 0;
  const slots = createHostSlots(2, () => freed++);
  expect([slots.take('a'), slots.take('a'), slots.take('a'), slots.take('b')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  const granted: string[] = [];
  slots.wait('a', () => false); // gave up meanwhile
  slots.wait('a', () => granted.push('first') > 0);
  slots.wait('a', () => granted.push('second') > 0);
  slots.release(['a']);
  expect([granted, freed, slots.take('a')]).toEqual([['first'], 0, false]);
  slots.release(['a']);
  slots.release(['a']);
  expect([granted, freed, slots.take('a')]).toEqual([['first', 'second'], 1, true]);
});

it('names a host by name and port', () => {
  expect(['http://A.example/x', 'https://a.example/', 'http://[::1]:81/', 'nothing'].map(hostOf)).toEqual([
    'a.example:80',
    'a.example:443',
    '[::1]:81',
    '',
  ]);
});
