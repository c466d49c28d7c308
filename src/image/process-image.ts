// The way of one image: fetch -> compress -> put. Every failure is a value.
import { createHash } from 'node:crypto';
import { messageOf } from '../errors.ts';
import type { ImageFailure, ImageOutcome, ImageTask, Storage } from '../ports.ts';
import { createLimit } from '../util/limit.ts';
import { compress } from './compress.ts';
import type { Fetcher, HostSlot } from './fetch.ts';
import { FORMATS } from './formats.ts';
import { sniff } from './sniff.ts';

export interface ImageHooks {
  signal: AbortSignal;
  hostSlot: HostSlot;
  onCompress(): void;
}

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
    const fetched = await fetcher.fetchImage(task.url, hooks.signal, hooks.hostSlot);
    if (fetched.status === 'failed') return fetched;

    const release = await cpu.acquire();
    const compressed = await (async () => {
      try {
        hooks.onCompress();
        return await compress(fetched.data, task.options, { maxPixels });
      } finally {
        release();
      }
    })();
    if (compressed.status === 'failed') return { ...compressed, http_status: fetched.http_status };

    const { extension, contentType } = FORMATS[compressed.format];
    const outputKey = `${task.key}.${extension}`;
    let originalKey: string | null = null;
    try {
      await storage.put(outputKey, compressed.data, { contentType });
      if (task.options.keep_originals) {
        const { format } = sniff(fetched.data);
        const came = FORMATS[format ?? compressed.format];
        originalKey = `${task.key}.original.${came.extension}`;
        await storage.put(originalKey, fetched.data, { contentType: came.contentType });
      }
    } catch (error) {
      return storageFailed(error, fetched.http_status);
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
}

function storageFailed(error: unknown, httpStatus: number): ImageFailure {
  const reason = (error as NodeJS.ErrnoException).code ?? messageOf(error);
  return {
    status: 'failed',
    code: 'storage_failed',
    message: `the result could not be stored (${reason})`,
    http_status: httpStatus,
    transient: true,
    retry_after_ms: null,
  };
}
