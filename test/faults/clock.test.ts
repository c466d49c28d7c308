// Clocks that are set by hours, forward and back, under a process that works. Needs libfaketime.
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tempFolder } from '../fakes/temp-folder.ts';
import { fleetMissing, SECRET, startFleet } from '../flow/fleet.ts';
import { startService } from '../flow/service.ts';
import { fault } from './fault.ts';
import { createLedger } from './ledger.ts';
import { expectNothingLeft, expectPromisesKept, stopAll } from './oracle.ts';
import { startSite } from './site.ts';

const library = findLibrary();
const noLibrary = library ? null : 'libfaketime is not installed';
if (!library && process.env.REQUIRE_SERVICES === '1') throw new Error(noLibrary!);
const missing = (await fleetMissing()) ?? noLibrary;
const JUMPS = ['+2h', '-2h', '+0', '+2h'];
const IMAGES = 200;

fault('the clock of one of two workers set by 2 h, forward and back', { missing }, async () => {
  const site = await startFlapping();
  const fleet = await startFleet({ workers: 1 });
  const clock = createClock();
  const skewed = await fleet.addWorker(clock.env);
  const ledger = createLedger({ site, urls: () => [fleet.server.url] });
  await ledger.upload(site.catalogue('batch', IMAGES));
  const recoverySeconds = await jump(ledger, clock);
  // The one that is left is two hours ahead, and it is the one to finish and to sign.
  expect(await fleet.workers[0]!.stop()).toBe(0);
  const refetches = await expectPromisesKept({ ...fleet, ledger, site, allowed: FLAPPING });
  fleet.workers.push(skewed);
  await stopAll(fleet);
  return { recoverySeconds, refetches };
});

fault('the clock of the only process set by 2 h, forward and back', { missing: noLibrary }, async () => {
  const site = await startFlapping();
  const clock = createClock();
  const dataDir = tempFolder();
  const mark = randomUUID();
  const env = { ...clock.env, WEBHOOK_SECRET: SECRET, FLEET_MARK: mark, WORKERS: '2' };
  const server = await startService({ dataDir, env });
  const ledger = createLedger({ site, urls: () => [server.url] });
  await ledger.upload(site.catalogue('batch', IMAGES));
  const recoverySeconds = await jump(ledger, clock);
  clock.set('+0');
  const refetches = await expectPromisesKept({
    server,
    ledger,
    site,
    databaseUrl: `${dataDir}/halve.sqlite`,
    allowed: FLAPPING,
  });
  expect(await server.stop()).toBe(0);
  await expectNothingLeft(mark, `${dataDir}/files`);
  return { recoverySeconds, refetches };
});

/** Every fourth picture (of those that are there, 45 of 200) comes at the second attempt. */
const FLAPPING = { refetchesOfOne: 1, refetches: 45 };
const startFlapping = () =>
  startSite({
    latencyMs: 40,
    answer: (path, hit) =>
      hit === 1 && Number(/(\d+)\.jpg$/.exec(path)?.[1]) % 4 === 0 ? { status: 503 } : undefined,
  });

/** The longest that work stood still after a jump, in seconds. */
async function jump(ledger: ReturnType<typeof createLedger>, clock: ReturnType<typeof createClock>) {
  let longest = 0;
  for (const [index, offset] of JUMPS.entries()) {
    await ledger.untilEnded(Math.round((IMAGES * (index + 1)) / (JUMPS.length + 2)));
    clock.set(offset);
    longest = Math.max(longest, await ledger.recovery(performance.now()));
  }
  return longest;
}

/** A clock that is off by what a file says. The monotonic one is left alone, as it is when a clock is set. */
function createClock() {
  const file = join(tempFolder(), 'offset');
  const set = (offset: string) => writeFileSync(file, offset);
  set('+0');
  return {
    set,
    env: {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
  };
}

function findLibrary(): string | undefined {
  const root = '/usr/lib';
  return readdirSync(root)
    .map((folder) => join(root, folder, 'faketime', 'libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
}
