// The composition root: settings -> adapters -> roles. Modes differ in this folder and nowhere else.
import { mkdirSync } from 'node:fs';
import { createIntake } from '../intake/submit.ts';
import { createLinks } from '../util/links.ts';
import { addGauges, createMetrics } from '../util/telemetry/metrics.ts';
import { gauges } from './gauges.ts';
import { createLifecycle } from './lifecycle.ts';
import { openServing } from './serving.ts';
import type { AppOptions, Setup } from './setup.ts';
import { openStored } from './stored.ts';
import { openUpkeep } from './upkeep.ts';
import { openWorking, type Working } from './working.ts';

export type App = Awaited<ReturnType<typeof openApp>>;

/** Opens everything and starts the work. Rejects when a part cannot be opened, after closing what was. */
export async function openApp(options: AppOptions) {
  const { config, role } = options;
  const life = createLifecycle(options.log);
  let url = `http://${config.HOST}:${config.PORT}`;
  const setup: Setup = {
    ...options,
    life,
    links: createLinks(() => config.PUBLIC_URL ?? url),
    metrics: createMetrics({ shown: role === 'server' || config.METRICS_PORT !== undefined }),
  };
  try {
    mkdirSync(config.DATA_DIR, { recursive: true });
    const stored = await openStored(setup);
    let working: Working | undefined;
    const upkeep = openUpkeep(setup, stored, {
      running: () => working?.pool?.stats.running ?? 0,
      abandon: (requestId) => working?.abandon(requestId),
    });
    working = await openWorking(setup, stored, upkeep.processes);
    const { records, storage, queue } = stored;
    addGauges(setup.metrics.registry, gauges({ queue, fleet: upkeep.fleet, pool: working.pool, records }));
    const intake = createIntake({
      storage,
      records,
      limits: { maxUploadBytes: config.MAX_UPLOAD_BYTES, maxRows: config.MAX_ROWS },
      metrics: setup.metrics,
    });
    const served = await openServing(setup, { stored, working, upkeep, intake });
    url = served.url ?? url;
    await working.ready();
    await upkeep.join();
    working.start();
    upkeep.start();
    return {
      /** Where the server listens. */
      url,
      /** Where a worker shows its metrics. */
      metricsUrl: served.metricsUrl,
      records,
      storage,
      intake,
      forget: upkeep.forget,
      wake: working.wake,
      /** Drains what is in flight and closes everything; the second call is the first. */
      stop: life.stop,
    };
  } catch (error) {
    await life.unwind();
    throw error;
  }
}
