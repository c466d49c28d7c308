// Everything at once: workers killed every few seconds, Redis emptied, PostgreSQL restarted, and still an exact result.
import { expect } from 'vitest';
import { pause } from '../fakes/pause.ts';
import { postgresPrograms, startPostgres } from '../fakes/postgres.ts';
import { fleetMissing, IN_HAND, PLACES, startFleet } from '../flow/fleet.ts';
import { fault, SHORT } from './fault.ts';
import { createLedger } from './ledger.ts';
import { expectPromisesKept, stopAll } from './oracle.ts';
import { startSite } from './site.ts';

const missing = (await fleetMissing()) ?? (postgresPrograms() ? null : 'PostgreSQL is not installed');
const WORKERS = 3;
const IMAGES = SHORT ? 400 : 2_000;
const KILL_EVERY_MS = 3_000;

fault(
  `${IMAGES} images, a worker killed every 3 s, Redis emptied twice, PostgreSQL restarted`,
  { missing, timeoutMs: 400_000 },
  async ({ between }) => {
    const site = await startSite({ latencyMs: 150 });
    const postgres = await startPostgres();
    const fleet = await startFleet({ workers: WORKERS, databaseUrl: postgres.url });
    const ledger = createLedger({ site, urls: () => [fleet.server.url] });
    await ledger.upload(site.catalogue('storm', IMAGES));
    let kills = 0;
    let over = false;
    const killing = (async () => {
      while (!over) {
        const victim = fleet.workers.splice(between(0, fleet.workers.length - 1), 1)[0]!;
        await victim.killAlone();
        kills++;
        await startAgain(fleet);
        await pause(KILL_EVERY_MS);
      }
    })();
    killing.catch(() => {});
    const at = (share: number) => ledger.untilEnded(Math.round(IMAGES * share), 300_000);
    await at(0.2);
    await fleet.redis.flush();
    await at(0.4);
    await postgres.stop('immediate');
    await pause(1_000);
    await postgres.start();
    await at(0.6);
    await fleet.redis.flush();
    await at(0.85);
    over = true;
    await killing;
    const calmAt = performance.now();
    await ledger.settled(150_000);
    const recoverySeconds = (performance.now() - calmAt) / 1000;
    const faults = kills + 3;
    const refetches = await expectPromisesKept({
      ...fleet,
      ledger,
      site,
      allowed: {
        refetchesOfOne: faults,
        // A kill costs what one worker had in hand, the others what all of them had.
        refetches: (kills + 3 * WORKERS) * IN_HAND,
        callbacksOfOne: 2,
      },
    });
    expect(kills).toBeGreaterThan(1);
    await stopAll(fleet, kills * PLACES);
    return { recoverySeconds, refetches };
  },
);

/** As a supervisor does it: a worker that finds no database at its start ends, and is started again. */
async function startAgain(fleet: Awaited<ReturnType<typeof startFleet>>): Promise<void> {
  for (;;) {
    try {
      fleet.workers.push(await fleet.addWorker());
      return;
    } catch (error) {
      if (!/The database does not answer/.test(String(error))) throw error;
      await pause(500);
    }
  }
}
