// The way of one image: fetch -> compress -> put. Every failure is a value.
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { failure, type ImageFailure, messageOf, StorageFault } from '../errors.ts';
import { FORMATS } from '../formats.ts';
import type { ImageOutcome, ImageTask, Stage, StageTimes, Storage } from '../ports.ts';
import { createLimit } from '../util/limit.ts';
import { compress } from './compress.ts';
import type { Fetcher, HostSlot } from './fetch/fetch.ts';
import { sniff } from './sniff.ts';

export interface ImageHooks {
  signal: AbortSignal;
  hostSlot: HostSlot;
  onCompress(): void;
  /** The bytes are made; what takes time from here on is the storage. */
  onCompressed(): void;
  /** Where the milliseconds of each stage are put. */
  stages: StageTimes;
}

/**
 * Waits after the first, second, … attempt at storing, in milliseconds, spread by half: about a minute and a half. A storage
 * that is away costs neither a download nor an attempt of the image; it holds the image's place in flight, so work pauses.
 */
const STORE_WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000];

/**
 * Makes the function that does one image. Any number may run at once: they wait for downloads together, but only one
 * at a time is decoded and encoded, so a process takes one core and the memory of one picture.
 */
export function createImageProcessor({
  fetcher,
  storage,
  maxPixels,
}: {
  fetcher: Fetcher;
  storage: Storage;
  maxPixels: number;
}) {
  const cpu = createLimit(1);

  return async function processImage(task: ImageTask, hooks: ImageHooks): Promise<ImageOutcome> {
    const ended = stopwatch(hooks.stages);
    const fetched = await fetcher.fetchImage(task.url, hooks.signal, hooks.hostSlot);
    ended('fetch');
    if (fetched.status === 'failed') return fetched;

    const release = await cpu.acquire();
    ended('wait');
    const compressed = await (async () => {
      try {
        hooks.onCompress();
        return await compress(fetched.data, task.options, { maxPixels });
      } finally {
        release();
        ended('compress');
        hooks.onCompressed();
      }
    })();
    if (compressed.status === 'failed') return { ...compressed, http_status: fetched.http_status };

    const { extension, contentType } = FORMATS[compressed.format];
    const outputKey = `${task.key}.${extension}`;
    let originalKey: string | null = null;
    try {
      await store(outputKey, compressed.data, contentType, hooks.signal);
      if (task.options.keep_originals) {
        const { format } = sniff(fetched.data);
        const came = FORMATS[format ?? compressed.format];
        originalKey = `${task.key}.original.${came.extension}`;
        await store(originalKey, fetched.data, came.contentType, hooks.signal);
      }
    } catch (error) {
      return storageFailed(error, fetched.http_status);
    } finally {
      ended('store');
    }
    return {
      status: 'processed',
      output_key: outputKey,
      original_key: originalKey,
      http_status: fetched.http_status,
      bytes_in: fetched.data.length,
      bytes_out: compressed.data.length,
      width: compressed.width,
      height: compressed.height,
      format: compressed.format,
      quality: compressed.quality,
      kept_original: compressed.kept_original,
      encoder: compressed.encoder,
      source_quality: compressed.source_quality,
      sha256: createHash('sha256').update(compressed.data).digest('hex'),
    };
  };

  async function store(key: string, data: Buffer, contentType: string, signal: AbortSignal): Promise<void> {
    for (const ms of STORE_WAITS_MS) {
      try {
        return await storage.put(key, data, { contentType });
      } catch (error) {
        // Anything else is a fault in halve, such as a key that cannot be: it would be the same every time.
        if (signal.aborted || !(error instanceof StorageFault)) throw error;
        await wait(ms * (0.5 + Math.random() / 2), undefined, { signal });
      }
    }
    await storage.put(key, data, { contentType });
  }
}

/** Stages follow each other without a gap: the end of one is the start of the next. In tenths, since they are sent on as text. */
function stopwatch(stages: StageTimes): (stage: Stage) => void {
  let began = performance.now();
  return (stage) => {
    const now = performance.now();
    stages[stage] = Math.round((now - began) * 10) / 10;
    began = now;
  };
}

function storageFailed(error: unknown, httpStatus: number): ImageFailure {
  const reason = (error as NodeJS.ErrnoException).code ?? messageOf(error);
  return failure('storage_failed', `the result could not be stored (${reason})`, {
    http_status: httpStatus,
    // Stopped while it waited: that says nothing about the key.
    transient: error instanceof StorageFault || (error as Error).name === 'AbortError',
  });
}
