// What works: image processes, the handlers of jobs, what hands jobs out, webhooks, publishing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDispatch } from '../dispatch.ts';
import { createFinisher } from '../finish/finish-request.ts';
import { createGuardedAgent } from '../outbound/egress.ts';
import type { ClaimedImage, Job } from '../ports.ts';
import { openFirestore } from '../publish/firestore.ts';
import { createPublishLoop } from '../publish/publish-ended.ts';
import { concurrencyOf } from '../queue/jobs.ts';
import { systemClock } from '../util/clock.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { createDeliveryHandler } from '../webhook/handle-delivery.ts';
import { newWebhookSecret } from '../webhook/sign.ts';
import { createWork } from '../work/handlers.ts';
import { openPool, type Pool } from '../work/pool.ts';
import { egressPolicy, highWaterMark, imagesAtOnce, poolOptions } from './pool-options.ts';
import { DRAIN_MS, type Setup, SHUTDOWN_TIMEOUT_MS } from './setup.ts';
import type { Stored } from './stored.ts';

export type Working = Awaited<ReturnType<typeof openWorking>>;

const WEBHOOK_CONNECT_MS = 10_000;

/** `processes`: image processes of all that share the queue. */
export async function openWorking(setup: Setup, stored: Stored, processes: () => number) {
  const { config, log, metrics, life } = setup;
  const { records, storage, queue } = stored;
  const onProcessEnd = (reason: string) => metrics.processEnds.inc({ reason });
  const pool =
    config.WORKERS > 0
      ? life.own('the image processes', openPool({ ...poolOptions(config, log), onProcessEnd }), (pool) =>
          pool.close(),
        )
      : null;
  const dispatch = life.own(
    'dispatch',
    createDispatch({
      records,
      queue,
      highWater: () => highWaterMark(processes(), config),
      clock: systemClock,
      log,
    }),
    (dispatch) => dispatch.stop(),
  );
  const publishing =
    pool && config.FIRESTORE
      ? life.own(
          'publishing',
          createPublishLoop({ records, publisher: await openFirestore(config.FIRESTORE), storage, log }),
          (publishing) => publishing.stop(),
        )
      : null;
  const wake = () => {
    dispatch.wake();
    publishing?.wake();
  };
  const webhookSecret = config.WEBHOOK_SECRET ?? keptWebhookSecret(config.DATA_DIR);
  const work =
    pool && openWork(setup, stored, { pool, webhookSecret, onRecorded: dispatch.wake, onFinished: wake });
  addDrain(setup, stored, { dispatch, pool });

  return {
    pool,
    webhookSecret,
    wake: dispatch.wake,
    /** Stops the images of a request that are in flight. */
    abandon: (requestId: string) => work?.abandon(requestId),
    ready: () => pool?.ready(),
    start(): void {
      if (work) {
        // What is shared waits in the queue, for whichever process has room. What is not may wait in the pool as well,
        // where images of a busy host do not keep others waiting.
        const images = queue.shared ? imagesAtOnce(config) : highWaterMark(config.WORKERS, config);
        queue.process(work.handlers, concurrencyOf(images));
      }
      if (work || queue.shared) dispatch.start();
      publishing?.start();
    },
  };
}

function openWork(
  { config, log, links, metrics, life, imageFolder = (id) => id }: Setup,
  { records, storage }: Stored,
  {
    pool,
    webhookSecret,
    onRecorded,
    onFinished,
  }: { pool: Pool; webhookSecret: string; onRecorded(): void; onFinished(): void },
) {
  const dispatcher = life.own(
    'the connections of webhooks',
    createGuardedAgent(egressPolicy(config), { connectTimeoutMs: WEBHOOK_CONNECT_MS }),
    (agent) => agent.destroy(),
  );
  const { deliveries, time } = records;
  const work = createWork({
    records,
    pool,
    imageFolder,
    finish: createFinisher({ records, storage, links, onFinished, log, metrics }),
    deliver: createDeliveryHandler({ deliveries, dispatcher, secret: webhookSecret, time, log, metrics }),
    fetchAttempts: config.FETCH_ATTEMPTS,
    onRecorded,
    metrics,
  });
  return life.own('the handlers', work, () => work.stop());
}

/** Nothing more is handed out; what runs is finished and recorded; what was not begun is given back. */
function addDrain(
  { life }: Setup,
  { records, queue }: Stored,
  { dispatch, pool }: { dispatch: { stop(): Promise<void> }; pool: Pool | null },
): void {
  life.drain('dispatch', dispatch.stop);
  life.drain('the work in flight', async () => {
    const [dropped] = await Promise.all([queue.close(DRAIN_MS + SHUTDOWN_TIMEOUT_MS), pool?.close(DRAIN_MS)]);
    if (!records.exclusive) await giveBack(dropped);
  });

  /** Others that share the database take it up at once, instead of after the leases. */
  async function giveBack(jobs: Job[]): Promise<void> {
    const images = jobs.flatMap((job) => (job.name === 'image' ? [job.data as ClaimedImage] : []));
    if (images.length > 0)
      await withTimeout(SHUTDOWN_TIMEOUT_MS, records.due.releaseClaims(images)).catch(() => {});
  }
}

/** The secret of this installation: made at the first start, the same ever after. */
function keptWebhookSecret(dataDir: string): string {
  const path = join(dataDir, 'webhook-secret');
  if (!existsSync(path)) writeFileSync(path, newWebhookSecret(), { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}
