// Linux's /proc: processes, their trees, their CPU time and memory.
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks per second of the times in /proc: 100 on every Linux that Node runs on. */
const TICKS = 100;

function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null; // it ended meanwhile
  }
}

/** Null when there is no such process. `started` tells it from a later one with the same id. */
export function readProcess(pid) {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name in parentheses may hold anything; fields are counted behind it, from 3 on (proc_pid_stat(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number) => Number(fields[number - 3]);
  return {
    pid: Number(pid),
    parent: field(4),
    ownCpuS: (field(14) + field(15)) / TICKS,
    /** Of children that have ended and were waited for, and of theirs. */
    endedCpuS: (field(16) + field(17)) / TICKS,
    started: fields[22 - 3],
  };
}

/** The process and all that descend from it, parents first. */
export function readTree(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readProcess)
    .filter((found) => found !== null);
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/**
 * CPU seconds of a process and everything it ever started. A child that ends moves from the living to its parent's
 * ended ones; when that happens while reading, it is read again.
 */
export function readTreeCpu(root) {
  const ids = (tree) => tree.map(({ pid }) => pid).join();
  for (let tries = 0; ; tries++) {
    const tree = readTree(root);
    if (ids(tree) === ids(readTree(root)) || tries === 10) {
      return tree.reduce((sum, { ownCpuS, endedCpuS }) => sum + ownCpuS + endedCpuS, 0);
    }
  }
}

/** Resident and proportional memory in MB: pages that processes share count in full in the first, in parts in the other. */
export function readMemory(pid) {
  const text = read(`/proc/${pid}/smaps_rollup`) ?? '';
  const megabytes = (name) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) / 1024;
  return { rssMb: megabytes('Rss'), pssMb: megabytes('Pss') };
}

/** CPU seconds the machine has spent on anything: what is not of the bench is of strangers. */
export function readMachineCpu() {
  const [user, nice, system, , , irq, softirq] = read('/proc/stat')
    .split('\n')[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS;
}
