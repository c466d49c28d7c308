// The pool over image processes that are none: what they say and how they end is the test's word, and so is the time.
import { onTestFinished, vi } from 'vitest';
import type { ImageFailure } from '../../src/errors.ts';
import type { ClaimedImage, ImageOutcome, StageTimes } from '../../src/ports.ts';
import type { Child, ChildEvents, ChildSettings, EndKind } from '../../src/work/child.ts';
import type { FromProcess, ToProcess } from '../../src/work/messages.ts';
import { openPool, type Pool, type PoolOptions } from '../../src/work/pool.ts';
import { success } from '../contracts/records.ts';

const started = vi.hoisted(() => ({ children: [] as FakeChild[] }));
vi.mock('../../src/work/child.ts', async (original) => ({
  ...(await original<object>()),
  startChild: (_settings: ChildSettings, events: ChildEvents) => new FakeChild(events),
}));

export class FakeChild implements Child {
  readonly pid = started.children.push(this);
  readonly sent: ToProcess[] = [];
  readonly #events: ChildEvents;
  ready = false;
  kills = 0;
  closed = false;

  constructor(events: ChildEvents) {
    this.#events = events;
  }

  send(message: ToProcess): void {
    this.sent.push(message);
  }

  kill(): void {
    this.kills++;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.end('exited');
  }

  // ------------------------------------------------------------ the test's side

  say(message: FromProcess): void {
    if (message.type === 'ready') this.ready = true;
    this.#events.onMessage(message);
  }

  end(kind: EndKind): void {
    this.ready = false;
    this.#events.onEnd(`it ${kind}`, kind);
  }

  /** The keys of the tasks it was given so far, in order. */
  get given(): string[] {
    return this.sent.flatMap((message) => (message.type === 'task' ? [message.task.key] : []));
  }

  idOf(key: string): number {
    for (const message of this.sent.toReversed())
      if (message.type === 'task' && message.task.key === key) return message.id;
    throw new Error(`${key} was not given`);
  }

  compressing(key: string): void {
    this.say({ type: 'compressing', id: this.idOf(key) });
  }

  done(key: string, outcome: ImageOutcome = made(key), stages: StageTimes = {}): void {
    this.say({ type: 'done', id: this.idOf(key), outcome, stages });
  }
}

export const made = (key: string): ImageOutcome => ({
  ...success({ request_id: 'r', seq: 1 } as ClaimedImage),
  output_key: `${key}.jpg`,
});

const wordsOf = ({ code, transient, message }: ImageFailure) =>
  `${code}, ${transient ? 'may pass' : 'final'}, ${message}`;

export interface Site {
  pool: Pool;
  /** Every process that was started, the first first. */
  children: FakeChild[];
  /** What `record` was called with and what became of `run`, as `key: status or code` and `key rejected: why`. */
  outcomes: string[];
  /** What the log was told, and the kinds of ends. */
  log: { fields: Record<string, unknown>; message: string }[];
  ends: EndKind[];
  /** Hands an image in; the key is its name. */
  run(
    key: string,
    options?: { host?: string; signal?: AbortSignal; recorded?: Promise<void> },
  ): Promise<void>;
  /** Lets time pass, with its timers. */
  pass(ms: number): Promise<void>;
  /** The process stands still for so long, and comes to its timers once afterwards. */
  freeze(ms: number): Promise<void>;
}

/** A pool on fake timers, its processes started and not ready yet. */
export function openSite(options: Partial<PoolOptions> = {}): Site {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  let now = 1_000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  started.children = [];
  const site: Omit<Site, 'pool'> = {
    children: started.children,
    outcomes: [],
    log: [],
    ends: [],
    async run(key, { host = 'a.test', signal = new AbortController().signal, recorded } = {}) {
      const task = { url: `http://${host}/${key}`, key, options: {} as never };
      const record = async (outcome: ImageOutcome) => {
        site.outcomes.push(`${key}: ${outcome.status === 'failed' ? wordsOf(outcome) : outcome.output_key}`);
        await recorded;
      };
      await pool.run(task, signal, record).catch((error: Error) => {
        site.outcomes.push(`${key} rejected: ${error.message}`);
      });
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= 50) {
        now += Math.min(left, 50);
        await vi.advanceTimersByTimeAsync(Math.min(left, 50));
      }
      await vi.advanceTimersByTimeAsync(0);
    },
    async freeze(ms) {
      now += ms;
      await vi.advanceTimersToNextTimerAsync();
    },
  };
  const pool = openPool({
    entry: '',
    settings: {} as never,
    memoryBytes: 1,
    processes: 1,
    inFlight: 4,
    unrecorded: 100,
    perHost: 100,
    compressTimeoutMs: 1_000,
    onProcessEnd: (kind) => site.ends.push(kind),
    log: {
      debug() {},
      info() {},
      warn: (fields, message) => void site.log.push({ fields: { ...fields }, message }),
      error() {},
    },
    ...options,
  });
  onTestFinished(async () => {
    const closing = pool.close();
    await vi.advanceTimersByTimeAsync(0);
    await closing;
    vi.useRealTimers();
    clock.mockRestore();
  });
  return { ...site, pool };
}

/** The same with every process ready. */
export function openReadySite(options: Partial<PoolOptions> = {}): Site {
  const site = openSite(options);
  for (const child of site.children) child.say({ type: 'ready' });
  return site;
}
