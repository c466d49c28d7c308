// The composition root: settings -> adapters -> roles; started and stopped in order. Modes differ here and nowhere else.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { createDispatch } from './dispatch.ts';
import { createFinisher } from './finish/finish-request.ts';
import { createForget } from './finish/forget.ts';
import type { HttpContext } from './http/context.ts';
import { createServer } from './http/server.ts';
import { createGuardedAgent } from './image/egress.ts';
import { createIntake } from './intake/submit.ts';
import type { Log } from './ports.ts';
import { createMemoryQueue } from './queue/memory.ts';
import { openRecords } from './records/open-records.ts';
import { removeUnfinished } from './storage/disk.ts';
import { openStorage } from './storage/open-storage.ts';
import { systemClock } from './util/clock.ts';
import { createLinks } from './util/links.ts';
import { createMetrics } from './util/metrics.ts';
import { createDeliveryHandler } from './webhook/handle-delivery.ts';
import { newWebhookSecret } from './webhook/sign.ts';
import { createWork } from './work/handlers.ts';
import { openPool } from './work/pool.ts';
import { createPreviews } from './work/previews.ts';

export interface AppOptions {
  config: Config;
  log: Log;
  /** Without it there is no HTTP server: `halve run`. */
  http: boolean;
  /** Folder of a request's images in the storage; by default the request's own. */
  imageFolder?: (requestId: string) => string;
  /** In front of object keys, for a caller that has no HTTP server; '' makes URLs relative. */
  filesUrl?: string;
}

export type App = Awaited<ReturnType<typeof openApp>>;

/** Images claimed ahead, as a multiple of those in flight: no worker waits, and a new upload waits behind few. */
const HIGH_WATER = 3;
const FINISHING_AT_ONCE = 2;
const WEBHOOKS_AT_ONCE = 10;
/** Longest time that images in flight have at a stop; what is not done then is done after the next start. */
const DRAIN_MS = 20_000;

/** Opens everything and starts the work. Rejects when a part cannot be opened, after closing what was. */
export async function openApp({ config, log, http, imageFolder = (id) => id, filesUrl }: AppOptions) {
  const clock = systemClock;
  const opened: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  let address = `http://${config.HOST}:${config.PORT}`;
  const links = createLinks(() => config.PUBLIC_URL ?? address);

  try {
    mkdirSync(config.DATA_DIR, { recursive: true });
    const records = await openRecords({ url: config.DATABASE_URL, clock });
    opened.push(records.close);
    const storage = await openStorage({ url: config.STORAGE_URL, filesUrl: () => filesUrl ?? links.files() });
    // The in-process queue means one process, so no lease and no unfinished file can have an owner yet.
    if (config.STORAGE_URL.startsWith('file:')) await removeUnfinished(filesFolder(config));
    await records.due.releaseLeases();

    const queue = createMemoryQueue({ log });
    const pool = config.WORKERS > 0 ? openPool(poolOptions(config, log)) : null;
    if (pool) opened.push(() => pool.close());
    const dispatch = createDispatch({ records, queue, highWater: highWater(config), log });
    const metrics = createMetrics({
      halve_queue_depth: { help: 'Images claimed and not ended yet.', read: () => queue.depth('image') },
      halve_image_processes: { help: 'Image processes alive.', read: () => pool?.stats.processes ?? 0 },
      halve_image_processes_ended: {
        help: 'Image processes that ended by themselves.',
        read: () => pool?.stats.ended ?? 0,
      },
      halve_images_in_flight: { help: 'Images being worked.', read: () => pool?.stats.running ?? 0 },
      halve_requests_active: { help: 'Requests not finished yet.', read: () => records.due.countActive() },
    });
    const webhookAgent = createGuardedAgent(egressPolicy(config), { connectTimeoutMs: 10_000 });
    opened.push(() => webhookAgent.destroy());
    const webhookSecret = config.WEBHOOK_SECRET ?? keptWebhookSecret(config.DATA_DIR);
    const work =
      pool &&
      createWork({
        records,
        pool,
        imageFolder,
        finish: createFinisher({ records, storage, links, onFinished: dispatch.poke, clock, log, metrics }),
        deliver: createDeliveryHandler({
          deliveries: records.deliveries,
          dispatcher: webhookAgent,
          secret: webhookSecret,
          clock,
          log,
          metrics,
        }),
        fetchAttempts: config.FETCH_ATTEMPTS,
        onRecorded: dispatch.poke,
        clock,
        metrics,
      });
    const abandon = (requestId: string) => work?.abandon(requestId);
    const startedAt = clock.now();
    const forget = createForget({
      records,
      storage,
      abandon,
      retentionDays: config.RETENTION_DAYS,
      // This process is the only one that receives: what began before it started was cut off.
      receivedBefore: () => startedAt,
      clock,
      log,
    });
    const intake = createIntake({
      storage,
      records,
      limits: { maxUploadBytes: config.MAX_UPLOAD_BYTES, maxRows: config.MAX_ROWS },
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
        await records.check().catch((cause) => {
          throw new Error('the database does not answer', { cause });
        });
        await storage.check().catch((cause) => {
          throw new Error('the storage cannot be written to', { cause });
        });
        if (pool && pool.stats.processes === 0) throw new Error('no image process is running');
      },
      links,
      metrics,
      clock,
      log,
      apiKeys: config.API_KEYS ?? [],
      webhookSecret,
      maxUploadBytes: config.MAX_UPLOAD_BYTES,
      filesFolder: config.STORAGE_URL.startsWith('file:') ? filesFolder(config) : null,
      pageFolder: fileURLToPath(new URL('./web', import.meta.url)),
    };
    const server = http ? await createServer(context) : null;
    if (server) {
      opened.push(async () => server.close());
      address = await server.listen({ host: config.HOST, port: config.PORT });
    }
    await pool?.ready();
    if (work) {
      queue.process(work.handlers, {
        image: highWater(config),
        finish: FINISHING_AT_ONCE,
        deliver: WEBHOOKS_AT_ONCE,
      });
      dispatch.start();
    }
    forget.start();

    return {
      /** Where the server listens. */
      url: address,
      records,
      intake,
      poke: dispatch.poke,
      /** Drains what is in flight and closes everything; the second call is the first. */
      stop(): Promise<void> {
        stopping ??= (async () => {
          await dispatch.stop();
          await pool?.close(DRAIN_MS);
          await queue.close();
          await server?.close();
          await previews.close();
          await forget.stop();
          await webhookAgent.destroy();
          await records.close();
        })();
        return stopping;
      },
    };
  } catch (error) {
    for (const close of opened.reverse()) await close().catch(() => {});
    throw error;
  }
}

const highWater = (config: Config) => HIGH_WATER * config.WORKERS * config.FETCH_CONCURRENCY;
const filesFolder = (config: Config) => config.STORAGE_URL.slice('file:'.length);

function egressPolicy(config: Config) {
  return { allowPrivate: config.allowPrivateNetworks, allowed: config.ALLOWED_HOSTS };
}

function poolOptions(config: Config, log: Log): Parameters<typeof openPool>[0] {
  return {
    entry: fileURLToPath(new URL('./work/image-process-main.js', import.meta.url)),
    settings: {
      storageUrl: config.STORAGE_URL,
      egress: egressPolicy(config),
      fetchTimeoutMs: config.FETCH_TIMEOUT_MS,
      maxImageBytes: config.MAX_IMAGE_BYTES,
      maxImagePixels: config.MAX_IMAGE_PIXELS,
    },
    memoryBytes: config.IMAGE_PROCESS_MEMORY,
    processes: config.WORKERS,
    inFlight: config.FETCH_CONCURRENCY,
    perHost: config.FETCH_PER_HOST,
    compressTimeoutMs: config.COMPRESS_TIMEOUT_MS,
    log,
  };
}

/** The secret of this installation: made at the first start, the same ever after. */
function keptWebhookSecret(dataDir: string): string {
  const path = join(dataDir, 'webhook-secret');
  if (!existsSync(path)) writeFileSync(path, newWebhookSecret(), { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}
