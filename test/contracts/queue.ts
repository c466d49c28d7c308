// What every queue must do. Takes a factory; each adapter's test file calls it with its own.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GivenBackError } from '../../src/errors.ts';
import type { ClaimedImage, Handlers, Job, JobQueue } from '../../src/ports.ts';

const NONE = async () => {};
const until = (reached: () => unknown) => vi.waitFor(reached, { timeout: 60_000, interval: 20 });
const CONCURRENCY = { image: 4, finish: 1, deliver: 1 };

function job(seq: number): Job<'image'> {
  const data: ClaimedImage = {
    request_id: 'r',
    seq,
    claim: 1,
    attempts: 0,
    row: seq,
    position: 1,
    url: 'http://x/',
  };
  return { id: `r-${seq}-1`, name: 'image', data };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export function queueContract(name: string, openQueue: () => Promise<JobQueue>): void {
  describe(`${name} hands jobs to handlers`, () => {
    const open = async () => {
      const queue = await openQueue();
      onTestFinished(async () => void (await queue.close(0)));
      return queue;
    };
    const handlers = (image: Handlers['image']): Handlers => ({ image, finish: NONE, deliver: NONE });

    it('each once, also those added before there were handlers', async () => {
      const queue = await open();
      const seen: number[] = [];
      await queue.add(numbers(100).map(job));
      expect(await queue.depth('image')).toBe(100);
      queue.process(
        handlers(async ({ seq }) => void seen.push(seq)),
        CONCURRENCY,
      );
      await queue.add(numbers(200).map(job).slice(100));
      await until(async () => expect(await queue.depth('image')).toBe(0));
      expect(seen.sort((a, b) => a - b)).toEqual(numbers(200));
    });

    it('ignores an id that waits or runs', async () => {
      const queue = await open();
      let calls = 0;
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      queue.process(
        handlers(async () => {
          calls++;
          await held;
        }),
        CONCURRENCY,
      );
      await queue.add([job(1), job(1)]);
      await until(() => expect(calls).toBe(1));
      await queue.add([job(1)]);
      expect(await queue.depth('image')).toBe(1);
      release();
      await until(async () => expect(await queue.depth('image')).toBe(0));
      expect(calls).toBe(1);
      await queue.add([job(1)]);
      await until(() => expect(calls).toBe(2));
    });

    it('at most so many of a name at once', async () => {
      const queue = await open();
      let running = 0;
      let most = 0;
      let done = 0;
      queue.process(
        handlers(async () => {
          most = Math.max(most, ++running);
          await new Promise(setImmediate);
          running--;
          done++;
        }),
        CONCURRENCY,
      );
      await queue.add(numbers(50).map(job));
      await until(() => expect(done).toBe(50));
      expect(most).toBe(CONCURRENCY.image);
    });

    it('again after a handler threw', async () => {
      const queue = await open();
      const calls: number[] = [];
      queue.process(
        handlers(async ({ seq }) => {
          calls.push(seq);
          if (calls.length < 3) throw new Error('the database is away');
        }),
        CONCURRENCY,
      );
      await queue.add([job(7)]);
      await until(() => expect(calls).toEqual([7, 7, 7]));
      await until(async () => expect(await queue.depth('image')).toBe(0));
    });

    it('and waits for the running ones when it closes', async () => {
      const queue = await openQueue();
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const begun: number[] = [];
      const ended: number[] = [];
      queue.process(
        handlers(async ({ seq }) => {
          begun.push(seq);
          await held;
          ended.push(seq);
        }),
        CONCURRENCY,
      );
      await queue.add(numbers(10).map(job));
      await until(() => expect(begun).toHaveLength(4));
      const closing = queue.close();
      release();
      const dropped = await closing;
      expect(ended.sort()).toEqual([1, 2, 3, 4]);
      // What is shared stays for others.
      expect(dropped.map(({ id }) => id)).toEqual(
        queue.shared ? [] : [5, 6, 7, 8, 9, 10].map((seq) => job(seq).id),
      );
    });

    it('and waits for them no longer than it is given', async () => {
      const queue = await openQueue();
      let begun = false;
      queue.process(
        handlers(async () => {
          begun = true;
          await new Promise(() => {});
        }),
        CONCURRENCY,
      );
      await queue.add([job(1)]);
      await until(() => expect(begun).toBe(true));
      await queue.close(100);
    });

    it('in the order they came, under names that do not wait for each other', async () => {
      const queue = await open();
      const seen: number[] = [];
      const finished: string[] = [];
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      queue.process(
        {
          image: async ({ seq }) => {
            await held;
            seen.push(seq);
          },
          finish: async ({ request_id }) => void finished.push(request_id),
          deliver: NONE,
        },
        { ...CONCURRENCY, image: 1 },
      );
      await queue.add([
        ...numbers(30).map(job),
        { id: 'finish-r', name: 'finish', data: { request_id: 'r' } },
      ]);
      await until(() => expect(finished).toEqual(['r']));
      release();
      await until(() => expect(seen).toHaveLength(30));
      expect(seen).toEqual(numbers(30));
    });

    it('and says which neither wait nor run', async () => {
      const queue = await open();
      await queue.add([job(1), job(2)]);
      expect(await queue.missing([job(1), job(2), job(3)])).toEqual([job(3)]);
      let calls = 0;
      queue.process(
        handlers(async () => void calls++),
        CONCURRENCY,
      );
      await until(async () => expect(await queue.depth('image')).toBe(0));
      expect(calls).toBe(2);
      expect(await queue.missing([job(1)])).toEqual([job(1)]);
    });

    it('and lets a stopping process give a job back', async () => {
      const queue = await openQueue();
      let stopping: () => void = () => {};
      const stop = new Promise<void>((resolve) => (stopping = resolve));
      let begun = false;
      queue.process(
        handlers(async () => {
          begun = true;
          await stop;
          throw new GivenBackError('stopping');
        }),
        CONCURRENCY,
      );
      await queue.add([job(1)]);
      await until(() => expect(begun).toBe(true));
      const closing = queue.close();
      stopping();
      const dropped = await closing;
      if (!queue.shared) {
        expect(dropped).toEqual([job(1)]);
        return;
      }
      const other = await open();
      const seen: number[] = [];
      other.process(
        handlers(async ({ seq }) => void seen.push(seq)),
        CONCURRENCY,
      );
      await until(() => expect(seen).toEqual([1]));
    });
  });
}
