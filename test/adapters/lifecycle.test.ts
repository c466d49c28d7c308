// Every part that is started and stopped, through the one contract of lifetimes.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { listenOn } from '../../src/app/listen-on.ts';
import { openApp } from '../../src/app/open-app.ts';
import { poolOptions } from '../../src/app/pool-options.ts';
import { createDispatch } from '../../src/dispatch.ts';
import { createFleet } from '../../src/fleet.ts';
import type { HttpContext, App as HttpServer } from '../../src/http/context.ts';
import { closeServer } from '../../src/http/guards/connections.ts';
import { createMetricsServer } from '../../src/http/metrics-server.ts';
import { createServer } from '../../src/http/server.ts';
import { createIntake } from '../../src/intake/submit.ts';
import { loadConfig } from '../../src/load-config.ts';
import type { JobQueue, ProcessOptions, Storage } from '../../src/ports.ts';
import { createPublishLoop } from '../../src/publish/publish-ended.ts';
import { openBullmqQueue } from '../../src/queue/bullmq.ts';
import { finishJob } from '../../src/queue/jobs.ts';
import { createMemoryQueue } from '../../src/queue/memory.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { createForget } from '../../src/retention/forget.ts';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createLinks } from '../../src/util/links.ts';
import { silentLog } from '../../src/util/log.ts';
import { parseRedisUrl } from '../../src/util/parse-settings.ts';
import { createMetrics } from '../../src/util/telemetry/metrics.ts';
import { openPool } from '../../src/work/pool.ts';
import { createPreviews } from '../../src/work/previews.ts';
import { lifecycleContract } from '../contracts/lifecycle.ts';
import { redisIsAway, sharedRedis } from '../fakes/redis.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

const log = silentLog;
const redisAway = await redisIsAway();

async function openDatabase(): Promise<Records> {
  const url = `sqlite:${join(tempFolder(), 'halve.sqlite')}`;
  const records = await openRecords({ url, clock: systemClock });
  onTestFinished(() => records.close());
  return records;
}

/** A part that asks over and over: `asked` counts; without an answer, it fails. */
function asking<Args extends unknown[], Answer>(ask: (...args: Args) => Promise<Answer>, answers = true) {
  const count = { asked: 0 };
  return {
    count,
    async ask(...args: Args): Promise<Answer> {
      count.asked++;
      if (!answers) throw new Error('away');
      return ask(...args);
    },
  };
}

/** A loop over something that it asks. */
function loops(
  open: (
    answers: boolean,
  ) => Promise<{ part: { start(): unknown; stop(): Promise<void> }; count: { asked: number } }>,
) {
  const opened = async (answers: boolean) => {
    const { part, count } = await open(answers);
    return { start: part.start, stop: part.stop, begun: () => count.asked };
  };
  return {
    startsOnce: true,
    open: () => opened(true),
    async openFailing() {
      const part = await opened(false);
      return {
        ...part,
        async failed() {
          await part.start();
          await expect.poll(part.begun).toBe(1);
        },
      };
    },
  };
}

lifecycleContract(
  'dispatch',
  loops(async (answers) => {
    const records = await openDatabase();
    const queue = createMemoryQueue({ log });
    const { ask, count } = asking(queue.lead, answers);
    const options = { records, queue: { ...queue, lead: ask }, highWater: () => 10, clock: systemClock, log };
    return { part: createDispatch(options), count };
  }),
);

lifecycleContract(
  'publishing',
  loops(async (answers) => {
    const { publishing, results } = await openDatabase();
    const { ask, count } = asking(publishing.claim, answers);
    const publisher = { publish: async () => {}, check: async () => {}, close: async () => {} };
    const records = { publishing: { ...publishing, claim: ask }, results };
    return { part: createPublishLoop({ records, publisher, storage: { url: (key) => key }, log }), count };
  }),
);

lifecycleContract(
  'the removal of old requests',
  loops(async (answers) => {
    const { requests, removal } = await openDatabase();
    const storage = createDiskStorage({ root: tempFolder(), publicUrl: () => '', alone: true });
    const { ask, count } = asking(removal.listForgotten, answers);
    const records = { requests, removal: { ...removal, listForgotten: ask } };
    return { part: createForget({ records, storage, abandon() {}, retentionDays: 1, log }), count };
  }),
);

lifecycleContract(
  'the heartbeat',
  loops(async (answers) => {
    const { workers } = await openDatabase();
    const { ask, count } = asking(workers.beat, answers);
    const options = { role: 'worker' as const, processes: 1, running: () => 0, log };
    return { part: createFleet({ ...options, workers: { ...workers, beat: ask } }), count };
  }),
);

/** An image process that is ready and never done; or one that cannot start. */
function imageProcesses({ starts = true } = {}) {
  const entry = join(tempFolder(), 'image-process.mjs');
  const ready = "process.on('message', ({ type }) => type === 'init' && process.send([{ type: 'ready' }]));";
  writeFileSync(
    entry,
    starts ? `${ready} process.on('disconnect', () => process.exit());` : 'process.exit(1);',
  );
  return { ...poolOptions(configOf({ WORKERS: '1' }), log), entry };
}

const configOf = (options: Record<string, string>) =>
  loadConfig({}, { DATA_DIR: tempFolder(), PORT: '0', ...options });
const OPTIONS: ProcessOptions = {
  quality: '50',
  format: null,
  max_width: null,
  max_height: null,
  metadata: 'copyright',
  keep_originals: false,
  key_template: '{row}',
};

lifecycleContract('the image processes', {
  async open() {
    const pool = openPool(imageProcesses());
    let begun = 0;
    void pool.ready().then(() => begun++);
    return { stop: () => pool.close(), begun: () => begun };
  },
  async openFailing() {
    const pool = openPool(imageProcesses({ starts: false }));
    return {
      stop: () => pool.close(),
      begun: () => 0,
      failed: () => expect(pool.ready()).rejects.toThrow('image processes do not start (exit code 1)'),
    };
  },
});

function previewing({ opens }: { opens: boolean }) {
  const folder = tempFolder();
  let begun = 0;
  const previews = createPreviews({
    pool: imageProcesses(),
    folder,
    async openScratch(): Promise<Storage> {
      begun++;
      if (!opens) throw new Error('the disk is full');
      return createDiskStorage({ root: folder, publicUrl: () => '', alone: true });
    },
  });
  const make = () => previews.make('http://127.0.0.1:9/', OPTIONS, new AbortController().signal);
  return { make, stop: () => previews.close(), begun: () => begun };
}

lifecycleContract('the previews', {
  startsOnce: true,
  async open() {
    const { make, stop, begun } = previewing({ opens: true });
    // It is never done: the stop interrupts it.
    return { start: () => void make().catch(() => {}), stop, begun };
  },
  async openFailing() {
    const { make, ...part } = previewing({ opens: false });
    return { ...part, failed: () => expect(make()).rejects.toThrow('the disk is full') };
  },
});

it('opens no preview that still waited for its place when it was stopped', async () => {
  const { make, stop, begun } = previewing({ opens: true });
  const made = Promise.allSettled([1, 2, 3, 4].map(make));
  await expect.poll(begun).toBe(1);
  await stop();
  for (const outcome of await made) expect(outcome).toMatchObject({ reason: { code: 'unavailable' } });
  expect(begun()).toBe(1);
});

function queued(open: () => Promise<JobQueue>, openAway = open) {
  async function opened(away: boolean) {
    const queue = await (away ? openAway() : open());
    let begun = 0;
    const none = async () => {};
    const finish = async () => {
      begun++;
      if (away) throw new Error('the database is away');
    };
    return {
      async start() {
        queue.process({ image: none, finish, deliver: none }, { image: 1, finish: 1, deliver: 1 });
        await queue.add([finishJob('r')]);
      },
      stop: () => queue.close(100),
      begun: () => begun,
    };
  }
  return {
    open: () => opened(false),
    async openFailing() {
      const part = await opened(true);
      return {
        ...part,
        async failed() {
          await part.start().catch(() => {});
          // The handler's failure is known, and its next attempt set, a turn later.
          await new Promise(setImmediate);
        },
      };
    },
  };
}

lifecycleContract(
  'the in-process queue',
  queued(async () => createMemoryQueue({ log })),
);

describe.skipIf(redisAway)('with Redis', () => {
  const NOBODY = 'redis://127.0.0.1:9';
  lifecycleContract(
    'BullMQ',
    queued(
      () => openBullmqQueue(sharedRedis(), log),
      () => openBullmqQueue(parseRedisUrl(NOBODY), log),
    ),
  );
});

const other = createTcpServer().listen(0, '127.0.0.1');
await once(other, 'listening');
const takenPort = (other.address() as AddressInfo).port;
afterAll(async () => {
  other.close();
  await once(other, 'close');
});

function listens(open: () => Promise<HttpServer>) {
  async function opened(port: number) {
    const server = await open();
    let begun = 0;
    server.server.on('listening', () => begun++);
    return {
      start: () => listenOn(server, { host: '127.0.0.1', port, setting: 'PORT' }),
      stop: () => closeServer(server, 1_000),
      begun: () => begun,
    };
  }
  return {
    open: () => opened(0),
    async openFailing() {
      const part = await opened(takenPort);
      return {
        ...part,
        failed: () => expect(part.start()).rejects.toThrow(`port ${takenPort} of 127.0.0.1 is in use`),
      };
    },
  };
}

async function contextOf(): Promise<HttpContext> {
  const records = await openDatabase();
  const storage = createDiskStorage({ root: tempFolder(), publicUrl: () => '', alone: true });
  const metrics = createMetrics({ shown: true });
  return {
    records,
    storage,
    metrics,
    log,
    intake: createIntake({ storage, records, metrics, limits: { maxUploadBytes: 1, maxRows: 1 } }),
    previews: { make: () => Promise.reject(new Error('no preview')), close: async () => {} },
    forget: async () => false,
    abandon() {},
    wake() {},
    checkReady: async () => {},
    links: createLinks(() => 'http://127.0.0.1'),
    apiKeys: [],
    webhookSecret: '',
    maxUploadBytes: 1,
    queueBoard: null,
    limits: {
      ratePerMinute: 10,
      uploadsAtOnce: 1,
      eventStreams: 1,
      uploadTimeoutMs: 1_000,
      stallMs: 1_000,
      trustProxy: 0,
      redis: null,
    },
    pageFolder: tempFolder(),
  };
}

lifecycleContract(
  'the HTTP server',
  listens(async () => createServer(await contextOf())),
);
lifecycleContract(
  "a worker's metrics",
  listens(async () => createMetricsServer(await contextOf())),
);

lifecycleContract('the app', {
  async open() {
    const app = await openApp({ config: configOf({ WORKERS: '0' }), log, role: 'server' });
    return { stop: app.stop, begun: () => 1 };
  },
  async openFailing() {
    const config = configOf({ WORKERS: '0', PORT: String(takenPort) });
    return {
      stop: async () => {},
      begun: () => 0,
      failed: () => expect(openApp({ config, log, role: 'server' })).rejects.toThrow(`port ${takenPort} of`),
    };
  },
});
