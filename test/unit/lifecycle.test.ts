// The lifecycle's order, whatever fails in it, and the loop's turns by the clock.
import { expect, it, onTestFinished, vi } from 'vitest';
import { createLifecycle } from '../../src/app/lifecycle.ts';
import { createLoop, type Rest } from '../../src/util/loop.ts';

function site() {
  const done: string[] = [];
  const logged: object[] = [];
  const life = createLifecycle({ error: (fields, message) => void logged.push({ ...fields, message }) });
  const step = (name: string) => async () => {
    await new Promise(setImmediate);
    done.push(name);
  };
  for (const name of ['database', 'queue', 'server']) life.own(name, name, step(name));
  life.drain('dispatch', step('dispatch drained'));
  life.drain('work', step('work drained'));
  return { life, done, logged };
}

it('drains in the order that was given, then stops the newest part first, once', async () => {
  const { life, done, logged } = site();
  expect(life.stopping).toBe(false);
  const first = life.stop();
  expect(life.stopping).toBe(true);
  expect(life.stop()).toBe(first);
  expect(life.unwind()).toBe(first);
  await first;
  expect(done).toEqual(['dispatch drained', 'work drained', 'server', 'queue', 'database']);
  expect(logged).toEqual([]);
});

it('stops the parts alone after a start that failed', async () => {
  const { life, done } = site();
  await life.unwind();
  expect(done).toEqual(['server', 'queue', 'database']);
});

it('goes on past what cannot be stopped, and says what it was', async () => {
  const { life, done, logged } = site();
  life.drain('claims', () => Promise.reject(new Error('the database is away')));
  life.own('agent', null, () => {
    throw new Error('destroyed before');
  });
  await life.stop();
  expect(done).toEqual(['dispatch drained', 'work drained', 'server', 'queue', 'database']);
  const message = 'a part could not be stopped';
  expect(logged).toEqual([
    { part: 'claims', error: 'the database is away', message },
    { part: 'agent', error: 'destroyed before', message },
  ]);
});

function looping(rest: Rest, turn = async () => {}) {
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const turns: [at: number, woken: boolean][] = [];
  const loop = createLoop(async (woken) => {
    turns.push([Date.now(), woken]);
    await turn();
    return rest;
  });
  return { loop, turns, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

it('takes its turns after the longest rest, and after the shortest when it is woken', async () => {
  const { loop, turns, pass } = looping({ least: 50, most: 500 });
  await loop.start();
  await pass(500);
  expect(turns).toEqual([
    [0, false],
    [500, false],
  ]);
  // Within the shortest rest: it is waited for.
  await pass(10);
  loop.wake();
  await pass(39);
  expect(turns).toHaveLength(2);
  await pass(1);
  // After it: at once.
  await pass(70);
  loop.wake();
  await pass(0);
  expect(turns.slice(2)).toEqual([
    [550, true],
    [620, true],
  ]);
  await loop.stop();
  await pass(10_000);
  expect(turns).toHaveLength(4);
});

it('is not woken from a rest of one length, and remembers that it was', async () => {
  const { loop, turns, pass } = looping(2_000);
  await loop.start();
  loop.wake();
  await pass(1_999);
  expect(turns).toHaveLength(1);
  await pass(1);
  expect(turns).toEqual([
    [0, false],
    [2_000, true],
  ]);
  await loop.stop();
});

it('takes the next turn at once when it was woken during the last', async () => {
  const { loop, turns, pass } = looping({ least: 0, most: 5_000 }, () => pause(100));
  void loop.start();
  await pass(50);
  loop.wake();
  await pass(50);
  expect(turns).toEqual([
    [0, false],
    [100, true],
  ]);
  // A stop waits for the turn that is under way.
  let stopped = false;
  void loop.stop().then(() => (stopped = true));
  await pass(99);
  expect(stopped).toBe(false);
  await pass(1);
  expect(stopped).toBe(true);
  expect(turns).toHaveLength(2);
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
