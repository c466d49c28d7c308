// Watches the memory of a process tree from a thread of its own, so that looking does not delay the bench's other clocks.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { readMemory, readTree } from './proc.mjs';

const EVERY_MS = 200;

/**
 * Starts watching. Sums are over the tree, `server` is its first process alone, all in MB.
 * `now()` resolves to the latest look, `stop()` to start, peak and end.
 */
export function startMeter(pid) {
  const worker = new Worker(new URL(import.meta.url), { workerData: pid });
  worker.unref();
  let last = Promise.resolve();
  /** One question at a time: answers carry no name. */
  const ask = (question) => {
    last = last.then(async () => {
      const answer = once(worker, 'message');
      worker.postMessage(question);
      return (await answer)[0];
    });
    return last;
  };
  return {
    now: () => ask('now'),
    async stop() {
      const result = await ask('all');
      await worker.terminate();
      return result;
    },
  };
}

function look(root) {
  const seen = readTree(root).map(({ pid }) => readMemory(pid));
  const sum = (name) => seen.reduce((total, memory) => total + memory[name], 0);
  return { server: seen[0]?.rssMb ?? 0, rss: sum('rssMb'), pss: sum('pssMb'), processes: seen.length };
}

if (!isMainThread && typeof workerData === 'number') {
  const start = look(workerData);
  const peak = { ...start };
  let end = start;
  const take = () => {
    end = look(workerData);
    for (const name of Object.keys(peak)) peak[name] = Math.max(peak[name], end[name]);
  };
  setInterval(take, EVERY_MS);
  parentPort.on('message', (question) => {
    take();
    parentPort.postMessage(question === 'now' ? end : { start, peak, end });
  });
}
