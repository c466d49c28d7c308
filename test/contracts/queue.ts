// What every queue must do. Takes a factory; each adapter's test file calls it with its own.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ClaimedImage, Handlers, Job, JobQueue } from '../../src/ports.ts';

const NONE = async () => {};
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
      onTestFinished(() => queue.close());
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
      await vi.waitFor(async () => expect(await queue.depth('image')).toBe(0));
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
      await vi.waitFor(() => expect(calls).toBe(1));
      await queue.add([job(1)]);
      expect(await queue.depth('image')).toBe(1);
      release();
      await vi.waitFor(async () => expect(await queue.depth('image')).toBe(0));
      expect(calls).toBe(1);
      await queue.add([job(1)]);
      await vi.waitFor(() => expect(calls).toBe(2));
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
      await vi.waitFor(() => expect(done).toBe(50));
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
      await vi.waitFor(() => expect(calls).toEqual([7, 7, 7]), { timeout: 20_000 });
      await vi.waitFor(async () => expect(await queue.depth('image')).toBe(0));
    });

    it('and waits for the running ones when it closes', async () => {
      const queue = await openQueue();
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const ended: number[] = [];
      queue.process(
        handlers(async ({ seq }) => {
          await held;
          ended.push(seq);
        }),
        CONCURRENCY,
      );
      await queue.add(numbers(10).map(job));
      const closing = queue.close();
      release();
      await closing;
      expect(ended).toEqual([1, 2, 3, 4]);
    });
  });
}
