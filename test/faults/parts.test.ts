// Redis, PostgreSQL and SQLite: stopped, killed, emptied, frozen, locked, while there is work and while uploads come in.
import { randomUUID } from 'node:crypto';
import Sqlite from 'libsql';
import { expect, onTestFinished } from 'vitest';
import { pause } from '../fakes/pause.ts';
import { postgresPrograms, startPostgres } from '../fakes/postgres.ts';
import { startRedis } from '../fakes/redis.ts';
import { startProxy } from '../fakes/tcp-proxy.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { fleetMissing, IN_HAND, SECRET, startFleet } from '../flow/fleet.ts';
import { startService } from '../flow/service.ts';
import { fault, type Round, SHORT } from './fault.ts';
import { createLedger, RefusedError } from './ledger.ts';
import { expectNothingLeft, expectPromisesKept, stopAll } from './oracle.ts';
import { startSite } from './site.ts';

const missing = await fleetMissing();
const postgresGone = missing ?? (postgresPrograms() ? null : 'PostgreSQL is not installed');
const WORKERS = 2;

type Redis = Awaited<ReturnType<typeof startRedis>>;

interface RedisFault {
  hurt(redis: Redis, round: Round): Promise<void>;
  persistent?: boolean;
  whole?: boolean;
}

const REDIS_FAULTS: Record<string, RedisFault> = {
  'Redis killed with -9, with AOF': { hurt: restarted, persistent: true, whole: true },
  'Redis killed with -9, without persistence': { hurt: restarted },
  'Redis emptied': { hurt: (redis) => redis.flush().then(() => {}), whole: true },
  'Redis full, evicting any key': { hurt: evicting },
};

async function restarted(redis: Redis, { between }: Round): Promise<void> {
  await redis.kill();
  await pause(SHORT ? 1_000 : between(500, 20_000));
  await redis.start();
}

/** Foreign data pushes out whatever Redis picks, the lists of waiting and of running jobs among it. */
async function evicting(redis: Redis): Promise<void> {
  await redis.asking(async (client) => {
    await client.config('SET', 'maxmemory-policy', 'allkeys-random');
    await client.config('SET', 'maxmemory', '4mb');
    for (let key = 0; key < 600; key++) await client.set(`foreign-${key}`, Buffer.alloc(20_000));
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await client.config('SET', 'maxmemory', '0');
  });
}

for (const [name, { hurt, persistent = false, whole = false }] of Object.entries(REDIS_FAULTS)) {
  fault(name, { missing, whole }, async (round) => {
    const site = await startSite({ latencyMs: 30 });
    const redis = await startRedis({ persistent });
    const fleet = await startFleet({ workers: WORKERS, redis });
    const ledger = createLedger({ site, urls: () => [fleet.server.url] });
    await ledger.upload(site.catalogue('batch', 240));
    let recoverySeconds = 0;
    const moments = [round.between(30, 60), round.between(130, 160)];
    for (const moment of moments) {
      await ledger.untilEnded(moment);
      await hurt(redis, round);
      recoverySeconds = Math.max(recoverySeconds, await ledger.recovery(performance.now()));
    }
    // A request that is accepted and whose jobs are lost before anybody saw them.
    await ledger.upload(site.catalogue('late', 40));
    await hurt(redis, round);
    const refetches = await expectPromisesKept({
      ...fleet,
      ledger,
      site,
      allowed: { refetchesOfOne: 3, refetches: 3 * WORKERS * IN_HAND, callbacksOfOne: 2 },
    });
    // The database is the truth: whoever asks it is answered all the time.
    expect(ledger.refusals).toBe(0);
    await stopAll(fleet);
    return { recoverySeconds, refetches };
  });
}

const POSTGRES_FAULTS = ['fast', 'immediate', 'kill'] as const;
for (const how of POSTGRES_FAULTS) {
  const name = how === 'kill' ? 'PostgreSQL killed with -9' : `PostgreSQL restarted (${how})`;
  fault(name, { missing: postgresGone, whole: how !== 'immediate' }, async ({ between }) => {
    const site = await startSite({ latencyMs: 30 });
    const postgres = await startPostgres();
    const fleet = await startFleet({ workers: WORKERS, databaseUrl: postgres.url });
    const ledger = createLedger({ site, urls: () => [fleet.server.url] });
    await ledger.upload(site.catalogue('batch', 200));
    const uploads = uploadThrough(ledger, site);
    await ledger.untilEnded(between(30, 120));
    await (how === 'kill' ? postgres.kill() : postgres.stop(how));
    await pause(SHORT ? 2_000 : between(500, 60_000));
    await postgres.start();
    const recoverySeconds = await ledger.recovery(performance.now());
    await uploads.end();
    expect(uploads.refused).toBeGreaterThan(0);
    const refetches = await expectPromisesKept({
      ...fleet,
      ledger,
      site,
      allowed: { refetchesOfOne: 1, refetches: WORKERS * IN_HAND, callbacksOfOne: 2 },
    });
    await stopAll(fleet);
    return { recoverySeconds, refetches };
  });
}

const FROZEN = ['PostgreSQL', 'Redis'] as const;
for (const part of FROZEN) {
  fault(
    `the connections of a worker and a server to ${part} frozen, then cut`,
    { missing, whole: part === 'Redis' },
    async (round) => {
      const site = await startSite({ latencyMs: 30 });
      const redis = await startRedis();
      const healthy = await startFleet({ workers: 1, redis });
      const target = part === 'Redis' ? redis.url : healthy.databaseUrl;
      const proxy = await startProxy(target);
      const through = { [part === 'Redis' ? 'REDIS_URL' : 'DATABASE_URL']: proxy.url };
      healthy.workers.push(await healthy.addWorker(through));
      const behind = await startService({ env: { ...healthy.env, ...through, WORKERS: '0' } });
      healthy.workers.push(behind);
      const ledger = createLedger({ site, urls: () => [healthy.server.url, behind.url] });
      await ledger.upload(site.catalogue('batch', 300));
      await ledger.untilEnded(round.between(20, 60));
      proxy.turn({ kind: 'delay', ms: 100 });
      await ledger.untilEnded(round.between(80, 120));
      proxy.turn({ kind: 'frozen' });
      await pause(SHORT ? 3_000 : round.between(1_000, 20_000));
      proxy.cutNow();
      proxy.turn({ kind: 'clear' });
      const recoverySeconds = await ledger.recovery(performance.now());
      const refetches = await expectPromisesKept({
        ...healthy,
        ledger,
        site,
        allowed: { refetchesOfOne: 2, refetches: 2 * WORKERS * IN_HAND, callbacksOfOne: 2 },
      });
      await stopAll(healthy);
      return { recoverySeconds, refetches };
    },
  );
}

fault('SQLite locked by another program', {}, async ({ between }) => {
  const site = await startSite({ latencyMs: 5 });
  const mark = randomUUID();
  const dataDir = tempFolder();
  const env = { WEBHOOK_SECRET: SECRET, LOG_LEVEL: 'silent', FLEET_MARK: mark };
  const server = await startService({ dataDir, env });
  const ledger = createLedger({ site, urls: () => [server.url] });
  const id = await ledger.upload(site.catalogue('batch', 400));
  await ledger.untilEnded(between(50, 200));
  const other = new Sqlite(`${dataDir}/halve.sqlite`);
  onTestFinished(() => void other.close());
  other.exec('begin immediate');
  await pause(4_000);
  await expect(ledger.upload(site.catalogue('refused', 1))).rejects.toMatchObject({
    status: 503,
    retryAfter: '5',
  });
  expect((await server.status(id)).status).toBe('processing');
  other.exec('rollback');
  const recoverySeconds = await ledger.recovery(performance.now());
  const refetches = await expectPromisesKept({
    server,
    ledger,
    site,
    databaseUrl: `${dataDir}/halve.sqlite`,
    allowed: { refetchesOfOne: 0, refetches: 0 },
  });
  expect(await server.stop()).toBe(0);
  await expectNothingLeft(mark, `${dataDir}/files`);
  return { recoverySeconds, refetches };
});

/** Uploads one small catalogue after the other, each with its key until it is accepted; a refusal must be a 503 that says when. */
function uploadThrough(ledger: ReturnType<typeof createLedger>, site: Awaited<ReturnType<typeof startSite>>) {
  let over = false;
  let refused = 0;
  const running = (async () => {
    for (let number = 1; !over; number++) {
      const catalogue = site.catalogue(`upload-${number}`, 2);
      const headers = { 'idempotency-key': randomUUID() };
      for (let accepted = false; !accepted; ) {
        try {
          await ledger.upload(catalogue, headers);
          accepted = true;
        } catch (error) {
          if (!(error instanceof RefusedError)) throw error;
          expect([error.message, error.status, error.retryAfter]).toEqual([error.message, 503, '5']);
          refused++;
        }
        await pause(200);
      }
    }
  })();
  running.catch(() => {});
  return {
    get refused() {
      return refused;
    },
    end() {
      over = true;
      return running;
    },
  };
}
