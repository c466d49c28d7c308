// What serves HTTP: the API and page of a server, the metrics of a worker.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpContext, App as HttpServer, Limits } from '../http/context.ts';
import { closeServer } from '../http/guards/connections.ts';
import { createServer } from '../http/server.ts';
import type { Intake } from '../intake/submit.ts';
import { openStorage } from '../storage/open-storage.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { createPreviews } from '../work/previews.ts';
import { listenOn } from './listen-on.ts';
import { poolOptions } from './pool-options.ts';
import { failedChecks } from './readiness.ts';
import { type Setup, SHUTDOWN_TIMEOUT_MS } from './setup.ts';
import type { Stored } from './stored.ts';
import type { Upkeep } from './upkeep.ts';
import type { Working } from './working.ts';

/** Longest wait of a call for its count in Redis. */
const COUNTING_MS = 250;
const REDIS_CONNECT_MS = 1_000;

interface Parts {
  stored: Stored;
  working: Working;
  upkeep: Upkeep;
  intake: Intake;
}

/** Resolves with the addresses that are listened on; undefined where nothing is. */
export async function openServing(
  setup: Setup,
  parts: Parts,
): Promise<{ url?: string; metricsUrl?: string }> {
  const { config, role, log, links, metrics, life } = setup;
  if (role === 'server') {
    const server = own(await createServer(await contextOf(setup, parts)));
    return { url: await listenOn(server, { host: config.HOST, port: config.PORT, setting: 'PORT' }) };
  }
  const port = config.METRICS_PORT;
  if (role !== 'worker' || port === undefined) return {};
  const { createMetricsServer } = await import('../http/metrics-server.ts');
  const server = own(createMetricsServer({ apiKeys: config.API_KEYS ?? [], links, log, metrics }));
  return { metricsUrl: await listenOn(server, { host: config.HOST, port, setting: 'METRICS_PORT' }) };

  function own(server: HttpServer): HttpServer {
    return life.own('HTTP', server, () => closeServer(server, SHUTDOWN_TIMEOUT_MS));
  }
}

async function contextOf(setup: Setup, { stored, working, upkeep, intake }: Parts): Promise<HttpContext> {
  const { config, log, links, metrics, life } = setup;
  const { records, storage, queue, board } = stored;
  const { pool } = working;
  const previews = createPreviews({
    pool: poolOptions(config, log),
    folder: join(config.DATA_DIR, 'previews'),
    openScratch: (folder) => openStorage({ url: `file:${folder}`, filesUrl: () => '' }),
  });
  return {
    records,
    previews: life.own('the previews', previews, () => previews.close()),
    storage,
    intake,
    forget: upkeep.forget,
    abandon: working.abandon,
    wake: working.wake,
    async checkReady() {
      if (life.stopping) throw new Error('the server is stopping');
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
    webhookSecret: working.webhookSecret,
    maxUploadBytes: config.MAX_UPLOAD_BYTES,
    queueBoard: board?.plugin ?? null,
    limits: await limitsOf(setup),
    pageFolder: fileURLToPath(new URL('../web', import.meta.url)),
  };
}

async function limitsOf({ config, log, life }: Setup): Promise<Limits> {
  return {
    ratePerMinute: config.RATE_LIMIT_PER_MINUTE,
    uploadsAtOnce: config.MAX_UPLOADS_AT_ONCE,
    eventStreams: config.MAX_EVENT_STREAMS,
    uploadTimeoutMs: config.UPLOAD_TIMEOUT_MS,
    stallMs: config.UPLOAD_STALL_MS,
    trustProxy: config.TRUST_PROXY ?? 0,
    redis: await connectForLimits(),
  };

  /** Where servers count calls together; null when they do not. Without an answer in time a call is let through. */
  async function connectForLimits(): Promise<Limits['redis']> {
    const { REDIS_URL, RATE_LIMIT_PER_MINUTE } = config;
    if (!REDIS_URL || RATE_LIMIT_PER_MINUTE === 0) return null;
    const { connectFailFast } = await import('../queue/redis.ts');
    const connection = connectFailFast(REDIS_URL.url, log, COUNTING_MS);
    life.own('the counts of calls', connection, async () => connection.disconnect());
    await withTimeout(REDIS_CONNECT_MS, new Promise((resolve) => connection.once('ready', resolve)));
    return { connection, prefix: REDIS_URL.prefix };
  }
}
