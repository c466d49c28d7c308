// What is at the edges: origins that answer badly, receivers at the wrong moment, clients that repeat, clocks that are set.
import { randomUUID } from 'node:crypto';
import Sqlite from 'libsql';
import { expect, onTestFinished } from 'vitest';
import { pause } from '../fakes/pause.ts';
import { createDatabase } from '../fakes/postgres.ts';
import { startProxy } from '../fakes/tcp-proxy.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { fleetMissing, SECRET, startFleet } from '../flow/fleet.ts';
import { startService } from '../flow/service.ts';
import { fault } from './fault.ts';
import { createLedger, submit } from './ledger.ts';
import { expectNothingLeft, expectPromisesKept, stopAll } from './oracle.ts';
import { type Callback, startSite } from './site.ts';

const missing = await fleetMissing();

fault(
  'an origin with 429, Retry-After and 5xx in turns, cut and frozen connections',
  { missing },
  async () => {
    const RETRY_AFTER = 2;
    const site = await startSite({
      latencyMs: 10,
      answer(path, hit) {
        const number = Number(/(\d+)\.jpg$/.exec(path)?.[1]);
        if (number % 5 === 1 && hit === 1)
          return { status: 429, headers: { 'retry-after': String(RETRY_AFTER) } };
        if (number % 5 === 2 && hit <= 2) return { status: hit === 1 ? 503 : 502 };
        return undefined;
      },
    });
    const proxy = await startProxy(site.origin.url);
    const fleet = await startFleet({ workers: 2 });
    const ledger = createLedger({ site, urls: () => [fleet.server.url] });
    const polite = site.catalogue('polite', 100);
    await ledger.upload(polite);
    const startedAt = performance.now();
    await ledger.upload(site.catalogue('rough', 100, proxy.url));
    for (let cut = 1; cut <= 5; cut++) {
      proxy.turn({ kind: 'cut', afterBytes: 30_000 });
      await expect.poll(() => proxy.cuts, { timeout: 30_000 }).toBe(cut);
    }
    proxy.turn({ kind: 'frozen' });
    await pause(2_000);
    proxy.turn({ kind: 'delay', ms: 50 });
    await ledger.settled();
    const recoverySeconds = (performance.now() - startedAt) / 1000;
    // 20 are told to wait, 20 fail twice; the cut connections besides carried a picture each, or one and the next.
    const refetches = await expectPromisesKept({
      ...fleet,
      ledger,
      site,
      allowed: { refetchesOfOne: 3, refetches: 2 * (20 + 40) + 10 },
    });
    for (const { url } of polite.rows.filter((_, index) => index % 5 === 0)) {
      const times = site.origin.requests.filter(({ path }) => url.endsWith(path)).map(({ at }) => at);
      expect(times).toHaveLength(2);
      expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(RETRY_AFTER * 1000);
    }
    await stopAll(fleet);
    return { recoverySeconds, refetches };
  },
);

fault('kill -9 of the only process between the 200 of a webhook and its record', {}, async () => {
  const dataDir = tempFolder();
  const mark = randomUUID();
  let lock: Sqlite.Database | undefined;
  onTestFinished(() => void lock?.close());
  const answered = gate();
  const site = await startSite({
    onCallback() {
      if (lock) return undefined;
      // Nothing is recorded from now on.
      lock = new Sqlite(`${dataDir}/halve.sqlite`);
      // It may be writing at this moment.
      lock.exec('pragma busy_timeout = 10000');
      lock.exec('begin immediate');
      answered.open();
      return 200;
    },
  });
  const env = { WEBHOOK_SECRET: SECRET, FLEET_MARK: mark, WORKERS: '1' };
  let server = await startService({ dataDir, env });
  const ledger = createLedger({ site, urls: () => [server.url] });
  const id = await ledger.upload(site.catalogue('batch', 20));
  await answered.opened;
  await pause(500);
  await server.killAlone();
  lock!.exec('rollback');
  const killedAt = performance.now();
  server = await startService({ dataDir, env, port: Number(new URL(server.url).port) });
  await expect.poll(() => site.callbacks.length, { timeout: 60_000 }).toBe(2);
  const recoverySeconds = (performance.now() - killedAt) / 1000;
  const refetches = await expectPromisesKept({
    server,
    ledger,
    site,
    databaseUrl: `${dataDir}/halve.sqlite`,
    allowed: { refetchesOfOne: 0, refetches: 0, callbacksOfOne: 2 },
  });
  await expectDelivered(server, id);
  expect(await server.stop()).toBe(0);
  await expectNothingLeft(mark, `${dataDir}/files`);
  return { recoverySeconds, refetches };
});

fault(
  'kill -9 of a worker between the 200 of a webhook and its record',
  { missing, whole: true },
  async () => {
    const databaseUrl = await createDatabase();
    const proxy = await startProxy(databaseUrl);
    const answered = gate();
    const site = await startSite({
      onCallback() {
        if (site.callbacks.length === 1) proxy.turn({ kind: 'frozen' });
        answered.open();
        return 200;
      },
    });
    const fleet = await startFleet({ workers: 0, databaseUrl });
    const victim = await fleet.addWorker({ DATABASE_URL: proxy.url });
    const ledger = createLedger({ site, urls: () => [fleet.server.url] });
    const id = await ledger.upload(site.catalogue('batch', 20));
    await answered.opened;
    await pause(500);
    await victim.killAlone();
    const killedAt = performance.now();
    fleet.workers.push(await fleet.addWorker());
    await expect.poll(() => site.callbacks.length, { timeout: 100_000 }).toBe(2);
    const recoverySeconds = (performance.now() - killedAt) / 1000;
    const refetches = await expectPromisesKept({
      ...fleet,
      ledger,
      site,
      allowed: { refetchesOfOne: 0, refetches: 0, callbacksOfOne: 2 },
    });
    await expectDelivered(fleet.server, id);
    await stopAll(fleet);
    return { recoverySeconds, refetches };
  },
);

fault(
  'a worker frozen while it delivers, and answered late with a 500',
  { missing, whole: true },
  async () => {
    const arrived = gate();
    const late = gate();
    const site = await startSite({
      async onCallback(_callback: Callback) {
        if (site.callbacks.length > 1) return 200;
        fleet.workers[0]!.freeze();
        arrived.open();
        await late.opened;
        return 500;
      },
    });
    const fleet = await startFleet({ workers: 1 });
    const ledger = createLedger({ site, urls: () => [fleet.server.url] });
    const id = await ledger.upload(site.catalogue('batch', 20));
    await arrived.opened;
    const frozenAt = performance.now();
    fleet.workers.push(await fleet.addWorker());
    await expect.poll(() => site.callbacks.length, { timeout: 100_000 }).toBe(2);
    const recoverySeconds = (performance.now() - frozenAt) / 1000;
    await expectDelivered(fleet.server, id);
    late.open();
    fleet.workers[0]!.thaw();
    // It has recorded what it knows when it has ended.
    expect(await fleet.workers[0]!.stop()).toBe(0);
    const refetches = await expectPromisesKept({
      ...fleet,
      ledger,
      site,
      allowed: { refetchesOfOne: 0, refetches: 0, callbacksOfOne: 2 },
    });
    await expectDelivered(fleet.server, id);
    await stopAll(fleet);
    return { recoverySeconds, refetches };
  },
);

fault(
  'one upload twenty times at once with one key, its servers killed',
  { missing },
  async ({ between }) => {
    const site = await startSite({ latencyMs: 5 });
    const fleet = await startFleet({ workers: 1 });
    const servers = [fleet.server, await fleet.addServer()];
    const ports = servers.map(({ url }) => Number(new URL(url).port));
    const ledger = createLedger({ site, urls: () => [servers[0]!.url] });
    let recoverySeconds = 0;
    for (const killed of [false, true]) {
      const catalogue = site.catalogue(`upload-${killed}`, 20);
      const headers = { 'idempotency-key': randomUUID() };
      const send = (index: number, what = catalogue) =>
        submit(servers[index % 2]!.url, what, { webhookUrl: site.webhookUrl, headers });
      const sent = Array.from({ length: 20 }, (_, index) =>
        send(index).catch((error: unknown) => {
          if (killed && error instanceof TypeError) return null;
          throw error;
        }),
      );
      if (killed) {
        await pause(between(20, 250));
        const killedAt = performance.now();
        for (const [index, server] of servers.entries()) {
          await server.killAlone();
          servers[index] = await fleet.addServer(ports[index]!);
        }
        fleet.server = servers[0]!;
        sent.push(send(0), send(1));
        await Promise.all(sent);
        recoverySeconds = (performance.now() - killedAt) / 1000;
      }
      const ids = new Set((await Promise.all(sent)).filter((id) => id !== null));
      expect(ids.size).toBe(1);
      ledger.promised.push({ id: [...ids][0]!, catalogue });
      await expect(send(0, site.catalogue('other', 3))).rejects.toMatchObject({ status: 422 });
      expect(await send(1)).toBe([...ids][0]);
    }
    const refetches = await expectPromisesKept({
      ...fleet,
      ledger,
      site,
      allowed: { refetchesOfOne: 0, refetches: 0 },
    });
    fleet.workers.push(servers[1]! as never);
    await stopAll(fleet, 40);
    return { recoverySeconds, refetches };
  },
);

async function expectDelivered(server: Awaited<ReturnType<typeof startService>>, id: string): Promise<void> {
  const statuses = async () =>
    (await server.json<{ deliveries: { status: string }[] }>(`/requests/${id}/deliveries`)).deliveries.map(
      ({ status }) => status,
    );
  await expect.poll(statuses, { timeout: 20_000 }).toEqual(['delivered']);
}

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
