// Processes that die, freeze or are told to go, at any moment.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { RECORDED_TOGETHER } from '../../src/records/results.ts';
import { pause } from '../fakes/pause.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { fleetMissing, IN_HAND, PLACES, SECRET, startFleet } from '../flow/fleet.ts';
import { startService } from '../flow/service.ts';
import { fault, SHORT } from './fault.ts';
import { createLedger, submit } from './ledger.ts';
import { expectNothingLeft, expectPromisesKept, stopAll } from './oracle.ts';
import { startSite } from './site.ts';

const missing = await fleetMissing();

fault('kill -9 of the only process, five times in a batch', {}, async ({ between }) => {
  const site = await startSite({ latencyMs: 5 });
  const mark = randomUUID();
  const env = {
    WORKERS: '2',
    FETCH_CONCURRENCY: String(PLACES),
    WEBHOOK_SECRET: SECRET,
    FLEET_MARK: mark,
  };
  const dataDir = tempFolder();
  let server = await startService({ dataDir, env });
  // The output URLs hold the port, so every start takes the first one's.
  const port = Number(new URL(server.url).port);
  const ledger = createLedger({ site, urls: () => [server.url] });
  const images = SHORT ? 250 : 500;
  await ledger.upload(site.catalogue('batch', images));
  let recoverySeconds = 0;
  const moments = [0.1, 0.3, 0.5, 0.7, 0.9];
  for (const moment of moments) {
    await ledger.untilEnded(Math.round(images * moment));
    await pause(between(0, 30));
    await server.killAlone();
    server = await startService({ dataDir, env, port });
    recoverySeconds = Math.max(recoverySeconds, await ledger.recovery(performance.now()));
  }
  const refetches = await expectPromisesKept({
    server,
    ledger,
    site,
    databaseUrl: `${dataDir}/halve.sqlite`,
    allowed: {
      refetchesOfOne: moments.length,
      refetches: moments.length * (2 * PLACES + RECORDED_TOGETHER),
      callbacksOfOne: 2,
    },
  });
  expect(await server.stop()).toBe(0);
  await expectNothingLeft(mark, `${dataDir}/files`);
  return { recoverySeconds, refetches };
});

fault('the only process frozen for longer than a picture may take', { whole: true }, async ({ between }) => {
  const site = await startSite({ latencyMs: 0 });
  const mark = randomUUID();
  const dataDir = tempFolder();
  const env = { WORKERS: '2', WEBHOOK_SECRET: SECRET, FLEET_MARK: mark, COMPRESS_TIMEOUT_MS: '5000' };
  const server = await startService({ dataDir, env });
  const ledger = createLedger({ site, urls: () => [server.url] });
  await ledger.upload(site.catalogue('batch', 600));
  await ledger.untilEnded(between(50, 300));
  const imageProcesses = server.imageProcesses();
  server.freeze();
  await pause(20_000);
  server.thaw();
  const recoverySeconds = await ledger.recovery(performance.now());
  const refetches = await expectPromisesKept({
    server,
    ledger,
    site,
    databaseUrl: `${dataDir}/halve.sqlite`,
    allowed: { refetchesOfOne: 1, refetches: 2 * 16 },
  });
  expect(server.imageProcesses()).toEqual(imageProcesses);
  expect(await server.stop()).toBe(0);
  await expectNothingLeft(mark, `${dataDir}/files`);
  return { recoverySeconds, refetches };
});

fault('kill -9 of one of three workers', { missing, whole: true }, async ({ between }) => {
  const site = await startSite({ latencyMs: 40 });
  const fleet = await startFleet({ workers: 3 });
  const ledger = createLedger({ site, urls: () => [fleet.server.url] });
  await ledger.upload(site.catalogue('batch', 300));
  await ledger.untilEnded(between(20, 150));
  await fleet.workers[between(0, 2)]!.killAlone();
  const killedAt = performance.now();
  await ledger.settled();
  const recoverySeconds = (performance.now() - killedAt) / 1000;
  const refetches = await expectPromisesKept({
    ...fleet,
    ledger,
    site,
    allowed: { refetchesOfOne: 1, refetches: IN_HAND },
  });
  await stopAll(fleet, PLACES);
  return { recoverySeconds, refetches };
});

fault('SIGTERM of every worker in turn', { missing }, async ({ between }) => {
  const site = await startSite({ latencyMs: 30 });
  const fleet = await startFleet({ workers: 2 });
  const ledger = createLedger({ site, urls: () => [fleet.server.url] });
  await ledger.upload(site.catalogue('batch', 300));
  let recoverySeconds = 0;
  for (const [index, ended] of [between(20, 60), between(100, 150), between(180, 220)].entries()) {
    await ledger.untilEnded(ended);
    fleet.workers.push(await fleet.addWorker());
    expect(await fleet.workers[index]!.stop()).toBe(0);
    recoverySeconds = Math.max(recoverySeconds, await ledger.recovery(performance.now()));
  }
  const refetches = await expectPromisesKept({
    ...fleet,
    ledger,
    site,
    allowed: { refetchesOfOne: 0, refetches: 0 },
  });
  await stopAll(fleet);
  return { recoverySeconds, refetches };
});

fault('kill -9 of the server under uploads with idempotency keys', { missing }, async ({ random }) => {
  const kills = SHORT ? 6 : 20;
  const site = await startSite({ latencyMs: 0 });
  const fleet = await startFleet({ workers: 1 });
  const { url } = fleet.server;
  const ledger = createLedger({ site, urls: () => [url] });
  let over = false;
  let uploads = 0;

  /** Uploads, and again with the same key until there is a 202; and then sometimes once more: the id is the same. */
  async function client(): Promise<void> {
    while (!over) {
      const catalogue = site.catalogue(`upload-${++uploads}`, 3);
      const headers = { 'idempotency-key': randomUUID() };
      const once = () => submit(url, catalogue, { webhookUrl: site.webhookUrl, headers });
      const untilAccepted = async (): Promise<string> => {
        for (;;) {
          try {
            return await once();
          } catch (error) {
            // The connection broke, or nobody listens: anything else is an answer, and a wrong one.
            if (!(error instanceof TypeError)) throw error;
            await pause(50);
          }
        }
      };
      const id = await untilAccepted();
      ledger.promised.push({ id, catalogue });
      if (random() < 0.3) expect(await untilAccepted()).toBe(id);
    }
  }
  const clients = Promise.all([client(), client(), client()]);
  let recoverySeconds = 0;
  for (let kill = 0; kill < kills; kill++) {
    await pause(100 + random() * 400);
    await fleet.server.killAlone();
    const killedAt = performance.now();
    fleet.server = await fleet.addServer(Number(new URL(url).port));
    const promised = ledger.promised.length;
    await expect.poll(() => ledger.promised.length, { timeout: 30_000 }).toBeGreaterThan(promised);
    recoverySeconds = Math.max(recoverySeconds, (performance.now() - killedAt) / 1000);
  }
  over = true;
  await clients;
  const refetches = await expectPromisesKept({
    ...fleet,
    ledger,
    site,
    allowed: { refetchesOfOne: 0, refetches: 0 },
  });
  await stopAll(fleet, 3 * kills);
  return { recoverySeconds, refetches };
});

fault('a worker frozen past its lock, and thawed', { missing }, async ({ between }) => {
  const site = await startSite({ latencyMs: 60 });
  const fleet = await startFleet({ workers: 2 });
  const ledger = createLedger({ site, urls: () => [fleet.server.url] });
  const id = await ledger.upload(site.catalogue('batch', 200));
  await ledger.untilEnded(between(20, 100));
  const frozen = fleet.workers[between(0, 1)]!;
  const imageProcesses = frozen.imageProcesses();
  frozen.freeze();
  const frozenAt = performance.now();
  await ledger.settled();
  const recoverySeconds = (performance.now() - frozenAt) / 1000;
  const ended = await fleet.server.status(id);
  frozen.thaw();
  const second = await ledger.upload(site.catalogue('after', 40));
  const refetches = await expectPromisesKept({
    ...fleet,
    ledger,
    site,
    allowed: { refetchesOfOne: 2, refetches: 2 * IN_HAND },
  });
  expect(await fleet.server.status(id)).toEqual(ended);
  expect(await fleet.server.status(second)).toMatchObject({ images: { processed: 39, failed: 1 } });
  // To be frozen is no fault of the image processes.
  expect(frozen.imageProcesses()).toEqual(imageProcesses);
  await stopAll(fleet);
  return { recoverySeconds, refetches };
});
