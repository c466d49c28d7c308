// The composition root: settings -> adapters -> roles; started and stopped in order. Modes differ here and nowhere else.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { createDispatch } from './dispatch.ts';
import { createFinisher } from './finish/finish-request.ts';
import { createFleet } from './fleet.ts';
import { gauges } from './gauges.ts';
import type { HttpContext } from './http/context.ts';
import { closeServer } from './http/guards/connections.ts';
import { createServer } from './http/server.ts';
import { createIntake } from './intake/submit.ts';
import { createGuardedAgent } from './outbound/egress.ts';
import { egressPolicy, highWaterMark, imagesAtOnce, poolOptions } from './pool-options.ts';
import type { ClaimedImage, Job, Log } from './ports.ts';
import { openFirestore } from './publish/firestore.ts';
import { createPublishLoop } from './publish/publish-ended.ts';
import { createMemoryQueue } from './queue/memory.ts';
import { failedChecks } from './readiness.ts';
import { openRecords } from './records/open-records.ts';
import { createForget } from './retention/forget.ts';
import { openStorage } from './storage/open-storage.ts';
import { systemClock } from './util/clock.ts';
import { createLinks } from './util/links.ts';
import { addGauges, createMetrics } from './util/metrics.ts';
import { withTimeout } from './util/with-timeout.ts';
import { createDeliveryHandler } from './webhook/handle-delivery.ts';
import { newWebhookSecret } from './webhook/sign.ts';
import { createWork } from './work/handlers.ts';
import { openPool } from './work/pool.ts';
import { createPreviews } from './work/previews.ts';

export interface AppOptions {
  config: Config;
  log: Log;
  /** Only a server has HTTP; `run` has its own queue and nothing to look after. */
  role: 'server' | 'worker' | 'run';
  /** Folder of a request's images in the storage; by default the request's own. */
  imageFolder?: (requestId: string) => string;
  /** In front of object keys, for a caller that has no HTTP server; '' makes URLs relative. */
  filesUrl?: string;
}

export type App = Awaited<ReturnType<typeof openApp>>;

const FINISHING_AT_ONCE = 2;
const WEBHOOKS_AT_ONCE = 10;
/** Longest time that images in flight have at a stop; what is not done then is done by others, or after the next start. */
const DRAIN_MS = 20_000;
/** For recording and marking what was drained, for calls under way, and for closing a database that may be away. */
const SHUTDOWN_TIMEOUT_MS = 5_000;
/** Longest wait of a call for its count in Redis. */
const COUNTING_MS = 250;

/** Opens everything and starts the work. Rejects when a part cannot be opened, after closing what was. */
export async function openApp({ config, log, role, imageFolder = (id) => id, filesUrl }: AppOptions) {
  const clock = systemClock;
  const opened: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  let address = `http://${config.HOST}:${config.PORT}`;
  const links = createLinks(() => config.PUBLIC_URL ?? address);

  try {
    mkdirSync(config.DATA_DIR, { recursive: true });
    const records = await openRecords({ url: config.DATABASE_URL, clock });
    opened.push(records.close);
    const storage = await openStorage({
      url: config.STORAGE_URL,
      filesUrl: () => filesUrl ?? links.files(),
      alone: records.exclusive,
    });
    // Alone on the database, so no lease can have an owner yet.
    if (records.exclusive) await records.due.releaseLeases();

    const queue = config.REDIS_URL
      ? // Loaded only where it is used: it is as large as all the rest.
        await (await import('./queue/bullmq.ts')).openBullmqQueue(config.REDIS_URL, log)
      : createMemoryQueue({ log });
    opened.push(async () => void (await queue.close(0)));
    const board =
      config.REDIS_URL && role === 'server'
        ? await (await import('./queue/board.ts')).openBoard(config.REDIS_URL, log)
        : null;
    if (board) opened.push(board.close);
    const metrics = createMetrics({ shown: role === 'server' || config.METRICS_PORT !== undefined });
    const onProcessEnd = (reason: string) => metrics.processEnds.inc({ reason });
    const pool = config.WORKERS > 0 ? openPool({ ...poolOptions(config, log), onProcessEnd }) : null;
    if (pool) opened.push(() => pool.close());
    const fleet =
      queue.shared && role !== 'run'
        ? createFleet({
            workers: records.workers,
            role,
            processes: config.WORKERS,
            running: () => pool?.stats.running ?? 0,
            log,
          })
        : null;
    if (fleet) opened.push(() => fleet.stop());
    const dispatch = createDispatch({
      records,
      queue,
      highWater: () => highWaterMark(fleet ? fleet.live.processes : config.WORKERS, config),
      clock,
      log,
    });
    const publisher = pool && config.FIRESTORE ? await openFirestore(config.FIRESTORE) : null;
    if (publisher) opened.push(() => publisher.close());
    const publishing = publisher && createPublishLoop({ records, publisher, storage, log });
    const onFinished = () => {
      dispatch.poke();
      publishing?.poke();
    };
    addGauges(metrics.registry, gauges({ queue, fleet, pool, records }));
    const webhookAgent = createGuardedAgent(egressPolicy(config), { connectTimeoutMs: 10_000 });
    opened.push(() => webhookAgent.destroy());
    const webhookSecret = config.WEBHOOK_SECRET ?? keptWebhookSecret(config.DATA_DIR);
    const work =
      pool &&
      createWork({
        records,
        pool,
        imageFolder,
        finish: createFinisher({ records, storage, links, onFinished, log, metrics }),
        deliver: createDeliveryHandler({
          deliveries: records.deliveries,
          dispatcher: webhookAgent,
          secret: webhookSecret,
          time: records.time,
          log,
          metrics,
        }),
        fetchAttempts: config.FETCH_ATTEMPTS,
        onRecorded: dispatch.poke,
        metrics,
      });
    const abandon = (requestId: string) => work?.abandon(requestId);
    const forget = createForget({
      records,
      storage,
      abandon,
      retentionDays: config.RETENTION_DAYS,
      log,
    });
    const intake = createIntake({
      storage,
      records,
      limits: { maxUploadBytes: config.MAX_UPLOAD_BYTES, maxRows: config.MAX_ROWS },
      metrics,
    });

    const previews = createPreviews({
      pool: poolOptions(config, log),
      folder: join(config.DATA_DIR, 'previews'),
      openScratch: (folder) => openStorage({ url: `file:${folder}`, filesUrl: () => '' }),
    });
    opened.push(() => previews.close());

    const context: HttpContext = {
      records,
      previews,
      storage,
      intake,
      forget: forget.forget,
      abandon,
      poke: dispatch.poke,
      async checkReady() {
        if (stopping) throw new Error('the server is stopping');
        const wrong = await failedChecks({
          'the database does not answer': records.check,
          'the storage cannot be written to': storage.check,
          'redis does not answer': queue.check,
        });
        if (pool && pool.stats.processes === 0) wrong.push('no image process is running');
        if (wrong.length > 0) throw new Error(wrong.join('; '));
      },
      links,
      metrics,
      log,
      apiKeys: config.API_KEYS ?? [],
      webhookSecret,
      maxUploadBytes: config.MAX_UPLOAD_BYTES,
      queueBoard: board?.plugin ?? null,
      limits: {
        ratePerMinute: config.RATE_LIMIT_PER_MINUTE,
        uploadsAtOnce: config.MAX_UPLOADS_AT_ONCE,
        eventStreams: config.MAX_EVENT_STREAMS,
        uploadTimeoutMs: config.UPLOAD_TIMEOUT_MS,
        stallMs: config.UPLOAD_STALL_MS,
        trustProxy: config.TRUST_PROXY ?? 0,
        redis: role === 'server' ? await connectForLimits(config, log) : null,
      },
      pageFolder: fileURLToPath(new URL('./web', import.meta.url)),
    };
    const server = role === 'server' ? await createServer(context) : null;
    if (server) {
      opened.push(async () => server.close());
      address = await server.listen({ host: config.HOST, port: config.PORT });
    }
    const metricsServer =
      role === 'worker' && config.METRICS_PORT !== undefined
        ? (await import('./http/metrics-server.ts')).createMetricsServer(context)
        : null;
    if (metricsServer) opened.push(async () => metricsServer.close());
    const metricsUrl = await metricsServer?.listen({ host: config.HOST, port: config.METRICS_PORT! });
    await pool?.ready();
    await fleet?.start();
    if (work) {
      queue.process(work.handlers, {
        // What is shared waits in the queue, for whichever process has room. What is not may wait in the pool as well,
        // where images of a busy host do not keep others waiting.
        image: queue.shared ? imagesAtOnce(config) : highWaterMark(config.WORKERS, config),
        finish: FINISHING_AT_ONCE,
        deliver: WEBHOOKS_AT_ONCE,
      });
    }
    if (work || queue.shared) dispatch.start();
    publishing?.start();
    if (work || !queue.shared) forget.start();

    /** Others that share the database take it up at once, instead of after the leases. */
    async function giveBack(jobs: Job[]): Promise<void> {
      const images = jobs.flatMap((job) => (job.name === 'image' ? [job.data as ClaimedImage] : []));
      if (images.length > 0)
        await withTimeout(SHUTDOWN_TIMEOUT_MS, records.due.releaseClaims(images)).catch(() => {});
    }

    return {
      /** Where the server listens. */
      url: address,
      /** Where a worker shows its metrics. */
      metricsUrl,
      records,
      intake,
      poke: dispatch.poke,
      /** Drains what is in flight and closes everything; the second call is the first. */
      stop(): Promise<void> {
        stopping ??= (async () => {
          await dispatch.stop();
          const drained = queue.close(DRAIN_MS + SHUTDOWN_TIMEOUT_MS);
          await pool?.close(DRAIN_MS);
          const dropped = await drained;
          await work?.stop();
          if (!records.exclusive) await giveBack(dropped);
          if (server) await closeServer(server, SHUTDOWN_TIMEOUT_MS);
          await board?.close();
          await metricsServer?.close();
          await previews.close();
          await forget.stop();
          await publishing?.stop();
          await webhookAgent.destroy();
          await fleet?.stop();
          await withTimeout(SHUTDOWN_TIMEOUT_MS, records.close());
        })();
        return stopping;
      },
    };
  } catch (error) {
    for (const close of opened.reverse()) await close().catch(() => {});
    throw error;
  }
}

/** Where servers count calls together; null when they do not. Without an answer in time a call is let through. */
async function connectForLimits({ REDIS_URL, RATE_LIMIT_PER_MINUTE }: Config, log: Log) {
  if (!REDIS_URL || RATE_LIMIT_PER_MINUTE === 0) return null;
  const { connectFailFast } = await import('./queue/redis.ts');
  const connection = connectFailFast(REDIS_URL.url, log, COUNTING_MS);
  await withTimeout(1_000, new Promise((resolve) => connection.once('ready', resolve)));
  return { connection, prefix: REDIS_URL.prefix };
}

/** The secret of this installation: made at the first start, the same ever after. */
function keptWebhookSecret(dataDir: string): string {
  const path = join(dataDir, 'webhook-secret');
  if (!existsSync(path)) writeFileSync(path, newWebhookSecret(), { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}
