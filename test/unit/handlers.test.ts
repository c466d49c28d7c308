// What the image handler makes of an outcome: recorded, tried again or given up. The pool and the records only answer.
import { expect, it, vi } from 'vitest';
import type { ImageFailure } from '../../src/errors.ts';
import { GivenBackError } from '../../src/errors.ts';
import { PoolClosedError } from '../../src/work/pool.ts';
import { FAILURE, success } from '../contracts/records.ts';
import { IMAGE, openWork } from '../fakes/image-work.ts';

const SLOW: ImageFailure = { ...FAILURE, code: 'timeout', http_status: null, transient: true };

it('hands an image to the pool, records its outcome and counts it', async () => {
  const { state, run, seen } = openWork();
  const { done, running } = await run();
  expect(running.task).toEqual({
    url: IMAGE.url,
    key: 'folder-r/2-1-shoe',
    options: { key_template: '{request_id}/{row}-{position}-{name}' },
    about: { request_id: 'r', row: 2, position: 1 },
  });
  const outcome = success(IMAGE);
  state.now += 2_000;
  await running.record(outcome);
  await done;
  expect(state.results).toEqual([{ image: IMAGE, outcome, attempts: 1, retry_in_ms: null }]);
  expect([state.recorded, state.asked]).toEqual([1, ['get r', 'flush']]);
  expect(await seen('halve_images_total')).toEqual(['halve_images_total{status="processed",code=""} 1']);
  expect(await seen('halve_bytes_in_total')).toEqual(['halve_bytes_in_total 1000']);
  expect(await seen('halve_bytes_out_total')).toEqual(['halve_bytes_out_total 400']);
  const sums = [
    ...(await seen('halve_image_stage_duration_seconds')),
    ...(await seen('halve_image_duration_seconds')),
  ];
  expect(sums.filter((line) => line.includes('_sum'))).toEqual([
    'halve_image_stage_duration_seconds_sum{stage="fetch"} 0.5',
    'halve_image_stage_duration_seconds_sum{stage="record"} 0.25',
    'halve_image_duration_seconds_sum 2.25',
  ]);
});

it('begins a request that is pending', async () => {
  const { state, run } = openWork({ status: 'pending' });
  await run();
  expect(state.running).toHaveLength(1);
});

it('names a result by its product where the template does', async () => {
  const { run } = openWork({ template: '{request_id}/{product}-{seq}' });
  expect((await run()).running.task.key).toBe('folder-r/product-2-3');
});

it.each([undefined, 'receiving', 'completed', 'cancelled'])(
  'does nothing for a request that is %s',
  async (status) => {
    const { state, run } = openWork({ status: status ?? 'gone' });
    if (!status) state.status = undefined;
    await (await run()).done;
    expect([state.running, state.results]).toEqual([[], []]);
  },
);

it('does not count what others were first to record', async () => {
  const { state, run, seen } = openWork();
  state.counted = false;
  const { done, running } = await run();
  await running.record(FAILURE);
  await done;
  expect([state.recorded, await seen('halve_images_total')]).toEqual([1, []]);
});

it('writes at once when nothing else is on its way, and waits for company when it is', async () => {
  const { state, run } = openWork();
  for (const stats of [{ running: 1 }, { waiting: 1 }, { running: 1, waiting: 1 }]) {
    state.stats = { processes: 1, waiting: 0, running: 0, ended: 0, ...stats };
    const { running } = await run();
    await running.record(FAILURE);
  }
  expect(state.asked).not.toContain('flush');
});

it.each([
  { name: 'a final failure', failure: FAILURE, attempts: 0, retry: null },
  { name: 'the first transient one', failure: SLOW, attempts: 0, retry: 250 },
  { name: 'the second', failure: SLOW, attempts: 1, retry: 750 },
  { name: 'the last that may be', failure: SLOW, attempts: 2, retry: null },
  {
    name: 'one whose source asked for longer',
    failure: { ...SLOW, retry_after_ms: 9_000 },
    attempts: 0,
    retry: 9_000,
  },
  {
    name: 'one whose source asked for less',
    failure: { ...SLOW, retry_after_ms: 9 },
    attempts: 0,
    retry: 250,
  },
  {
    name: 'a storage that is away',
    failure: { ...SLOW, code: 'storage_failed' as const },
    attempts: 22,
    retry: 15_000,
  },
  {
    name: 'a storage that stays away',
    failure: { ...SLOW, code: 'storage_failed' as const },
    attempts: 23,
    retry: null,
  },
])('$name after $attempts attempts: again in $retry ms', async ({ failure, attempts, retry }) => {
  const { state, run, seen } = openWork();
  const { done, running } = await run({ attempts });
  await running.record(failure);
  await done;
  expect(state.results).toMatchObject([{ attempts: attempts + 1, retry_in_ms: retry }]);
  expect(await seen('halve_bytes_in_total')).toEqual([]);
  const [retries, ended] = [await seen('halve_image_retries_total'), await seen('halve_images_total')];
  expect(retries).toEqual(retry === null ? [] : [`halve_image_retries_total{code="${failure.code}"} 1`]);
  expect(ended).toEqual(
    retry === null ? [`halve_images_total{status="failed",code="${failure.code}"} 1`] : [],
  );
});

it('an outcome waits for a database that is away, up to forty attempts', async () => {
  const { state, run } = openWork();
  state.away = 2;
  const { done, running } = await run();
  void running.record(FAILURE);
  await vi.advanceTimersByTimeAsync(249);
  expect([state.away, state.results]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(1 + 500);
  await done;
  expect(state.results).toHaveLength(1);
  state.away = 1_000;
  const lost = await run();
  void lost.running.record(FAILURE);
  await vi.advanceTimersByTimeAsync(3_600_000);
  await expect(lost.done).rejects.toThrow('away');
  expect(state.away).toBe(1_000 - 40);
});

it('gives back what a closing pool has not begun, and throws what is a fault', async () => {
  const { run } = openWork();
  const given = await run();
  given.running.end(new PoolClosedError('the pool is closed'));
  await expect(given.done).rejects.toThrow(GivenBackError);
  const broken = await run();
  broken.running.end(new TypeError('a fault'));
  await expect(broken.done).rejects.toThrow(TypeError);
});

it('asks for a request once while images of it are in hand', async () => {
  const { state, run } = openWork();
  const [one, two] = [await run(), await run({ seq: 4 })];
  one.running.end();
  await one.done;
  const three = await run({ seq: 5 });
  expect(state.asked).toEqual(['get r']);
  for (const { running, done } of [two, three]) {
    running.end();
    await done;
  }
  await run();
  expect(state.asked).toEqual(['get r', 'get r']);
});

it('images of a request that come at once share it', async () => {
  const { state, work, flushed } = openWork();
  for (const seq of [1, 2]) void work.handlers.image({ ...IMAGE, seq });
  await flushed();
  expect(state.running[0]!.signal).toBe(state.running[1]!.signal);
});

it('stops the images of a request that is abandoned, and of no other', async () => {
  const { state, work, run } = openWork();
  const [mine, other] = [await run(), await run({ request_id: 'other' })];
  work.abandon('r');
  work.abandon('nobody');
  await mine.done; // no error: nobody wants it
  expect([mine.running.signal.aborted, other.running.signal.aborted]).toEqual([true, false]);
  // Opened again, it is a new one.
  expect((await run()).running.signal.aborted).toBe(false);
  expect(state.results).toEqual([]);
});

it('asks twice a second which requests are still wanted, in one query, and never when there are none', async () => {
  const { state, work, run } = openWork();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.asked).toEqual([]);
  const [mine, other] = [await run(), await run({ request_id: 'other' })];
  state.active = ['r', 'other'];
  await vi.advanceTimersByTimeAsync(500);
  expect(state.asked.slice(2)).toEqual(['active r,other']);
  state.active = ['r'];
  await vi.advanceTimersByTimeAsync(500);
  await other.done;
  expect([mine.running.signal.aborted, other.running.signal.aborted]).toEqual([false, true]);
  await work.stop();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(state.asked.slice(2)).toEqual(['active r,other', 'active r,other']);
});
