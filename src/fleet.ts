// The processes that share one queue: this one shows itself, and knows of the others.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { messageOf } from './errors.ts';
import type { Log } from './ports.ts';
import type { Records } from './records/open-records.ts';
import { createLoop } from './util/loop.ts';
import { VERSION } from './util/version.ts';

export interface Fleet {
  /** Resolves after the first heartbeat. */
  start(): Promise<void>;
  /** Live processes that do work, and their image processes. As of the last heartbeat. */
  readonly live: { workers: number; processes: number };
  stop(): Promise<void>;
}

const BEAT_MS = 3_000;
/** Silent for this long, a process counts as gone. */
const SILENT_MS = 4 * BEAT_MS;

export function createFleet({
  workers,
  role,
  processes,
  running,
  log,
}: {
  workers: Records['workers'];
  role: 'server' | 'worker';
  /** Image processes of this process. */
  processes: number;
  /** Images being worked here. */
  running(): number;
  log: Log;
}): Fleet {
  const id = randomUUID();
  const self = { id, role, host: hostname(), pid: process.pid, version: VERSION, processes };
  let live = { workers: 0, processes: 0 };
  let failing = false;

  const beating = createLoop(async () => {
    try {
      await workers.beat({ ...self, running: running() });
      const working = (await workers.live(SILENT_MS)).filter((worker) => worker.processes > 0);
      live = {
        workers: working.length,
        processes: working.reduce((sum, worker) => sum + worker.processes, 0),
      };
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ error: messageOf(error) }, 'the heartbeat could not be written');
      failing = true;
    }
    return BEAT_MS;
  });

  return {
    start: beating.start,
    get live() {
      return live;
    },
    async stop() {
      await beating.stop();
      await workers.leave(id).catch(() => {});
    },
  };
}
