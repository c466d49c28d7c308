// The handler of images over a pool and records that only answer, on the test's time.
import { onTestFinished, vi } from 'vitest';
import type { ClaimedImage, ImageOutcome, ImageTask } from '../../src/ports.ts';
import type { ImageResult } from '../../src/records/results.ts';
import { createMetrics } from '../../src/util/telemetry/metrics.ts';
import { createWork, type WorkOptions } from '../../src/work/handlers.ts';

// By the test's clock, which is that of the global timers only.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => globalThis.setTimeout(resolve, ms)),
}));

export const IMAGE: ClaimedImage = {
  request_id: 'r',
  seq: 3,
  claim: 1,
  attempts: 0,
  row: 2,
  position: 1,
  url: 'http://a.test/shoe.png',
};
interface Running {
  task: ImageTask;
  signal: AbortSignal;
  record(outcome: ImageOutcome): Promise<void>;
  end(error?: Error): void;
}

/** The handlers on fake time; `state` says what the pool and the records answer, and keeps what they were asked. */
export function openWork(options: { status?: string; template?: string } = {}) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
  vi.spyOn(performance, 'now').mockImplementation(() => state.now);
  const state = {
    status: (options.status ?? 'processing') as string | undefined,
    running: [] as Running[],
    results: [] as ImageResult[],
    /** Calls of the records other than `record`, in order. */
    asked: [] as string[],
    stats: { processes: 1, waiting: 0, running: 0, ended: 0 },
    away: 0, // so often recording fails
    counted: true,
    active: ['r'],
    recorded: 0,
    now: 5_000,
  };
  const metrics = createMetrics({ shown: false });
  const work = createWork({
    records: {
      requests: {
        get: async (id: string) => {
          state.asked.push(`get ${id}`);
          const key_template = options.template ?? '{request_id}/{row}-{position}-{name}';
          return state.status && { status: state.status, options: { key_template } };
        },
        productName: async (_id: string, row: number) => `product ${row}`,
        listActive: async (ids: string[]) => {
          state.asked.push(`active ${ids.join()}`);
          return state.active;
        },
      },
      results: {
        record: async (result: ImageResult) => {
          if (state.away-- > 0) throw new Error('away');
          state.now += 250;
          state.results.push(result);
          return state.counted;
        },
        flush: () => state.asked.push('flush'),
      },
    } as unknown as WorkOptions['records'],
    pool: {
      run: (
        task: ImageTask,
        signal: AbortSignal,
        record: (outcome: ImageOutcome, stages: object) => Promise<void>,
      ) =>
        new Promise<void>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          const end = (error?: Error) => (error ? reject(error) : resolve());
          state.running.push({
            task,
            signal,
            end,
            record: (outcome) => record(outcome, { fetch: 500 }).then(resolve, reject),
          });
        }),
      get stats() {
        return state.stats;
      },
    } as unknown as WorkOptions['pool'],
    imageFolder: (id) => `folder-${id}`,
    finish: async () => {},
    deliver: async () => {},
    fetchAttempts: 3,
    onRecorded: () => state.recorded++,
    metrics,
  });
  onTestFinished(async () => {
    await work.stop();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  const flushed = () => vi.advanceTimersByTimeAsync(0);
  return {
    state,
    work,
    metrics,
    flushed,
    async run(image: Partial<ClaimedImage> = {}) {
      const done = work.handlers.image({ ...IMAGE, ...image });
      done.catch(() => {});
      await flushed();
      return { done, running: state.running.at(-1)! };
    },
    async seen(name: string) {
      const text = await metrics.registry.getSingleMetricAsString(name);
      return text.split('\n').filter((line) => !line.startsWith('#') && !/ 0$/.test(line));
    },
  };
}
