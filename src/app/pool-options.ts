// What the settings mean for the image processes, and how far work is handed out ahead of them.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.ts';
import type { Log } from '../ports.ts';
import { RECORDED_TOGETHER } from '../records/results.ts';
import type { PoolOptions } from '../work/pool.ts';

/** Images claimed ahead, as a multiple of those in flight: no worker waits, and a new upload waits behind few. */
const HIGH_WATER = 6;

const inFlight = ({ WORKERS, FETCH_CONCURRENCY }: Config) => WORKERS * FETCH_CONCURRENCY;

/** Outcomes that may wait to be recorded: enough for a write, and in a large process for what is made during one. */
const unrecorded = (config: Config) => Math.max(RECORDED_TOGETHER, Math.ceil(inFlight(config) / 2));

/** Images that one of many processes takes from their queue. */
export function imagesAtOnce(config: Config): number {
  return inFlight(config) + unrecorded(config);
}

/** `processes`: of this process, or of all that share the queue. While there is none, one is made ready for. */
export function highWaterMark(processes: number, { FETCH_CONCURRENCY }: Config): number {
  return HIGH_WATER * Math.max(1, processes) * FETCH_CONCURRENCY;
}

export function egressPolicy(config: Config) {
  return { allowPrivate: config.allowPrivateNetworks, allowed: config.ALLOWED_HOSTS };
}

export function poolOptions(config: Config, log: Log): PoolOptions {
  return {
    // As we run ourselves: built, or from source.
    entry: fileURLToPath(new URL(`../work/image-process-main${extname(import.meta.url)}`, import.meta.url)),
    settings: {
      storageUrl: config.STORAGE_URL,
      egress: egressPolicy(config),
      fetchTimeoutMs: config.FETCH_TIMEOUT_MS,
      maxImageBytes: config.MAX_IMAGE_BYTES,
      maxImagePixels: config.MAX_IMAGE_PIXELS,
    },
    memoryBytes: config.IMAGE_PROCESS_MEMORY,
    processes: config.WORKERS,
    inFlight: config.FETCH_CONCURRENCY,
    unrecorded: unrecorded(config),
    perHost: config.FETCH_PER_HOST,
    compressTimeoutMs: config.COMPRESS_TIMEOUT_MS,
    log,
  };
}
