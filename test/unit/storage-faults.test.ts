import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StorageFault } from '../../src/errors.ts';
import { createImageProcessor } from '../../src/image/process-image.ts';
import type { Storage } from '../../src/ports.ts';
import { withFaults } from '../../src/storage/faults.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { OPTIONS } from '../fakes/run-compress.ts';

/** A storage that is away; `puts` counts how often it was asked. */
function away() {
  const asked = { puts: 0 };
  const gone = async () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
  const storage: Storage = {
    put: async () => {
      asked.puts++;
      return gone();
    },
    get: gone,
    async *list() {
      yield await gone();
    },
    deletePrefix: gone,
    url: (key) => key,
    check: gone,
    files: null,
  };
  return { asked, storage: withFaults(storage, 'test') };
}

const CALLS: Record<string, (storage: Storage, key: string) => Promise<unknown>> = {
  put: (storage, key) => storage.put(key, Buffer.from('x'), { contentType: 'image/png' }),
  'put of a stream': (storage, key) => storage.put(key, Readable.from(['x']), { contentType: 'image/png' }),
  get: (storage, key) => storage.get(key),
  list: (storage, key) => storage.list(key)[Symbol.asyncIterator]().next(),
  deletePrefix: (storage, key) => storage.deletePrefix(key),
};

describe('a storage that is away', () => {
  it.each(Object.keys(CALLS))('%s is a StorageFault', async (call) => {
    await expect(CALLS[call]!(away().storage, 'r/1.jpg')).rejects.toBeInstanceOf(StorageFault);
  });

  it.each(Object.keys(CALLS))('%s of a key that cannot be is a plain error', async (call) => {
    const error: unknown = await CALLS[call]!(away().storage, 'r/{x}.jpg').catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(StorageFault);
    expect(String(error)).toBe('Error: not an object key: "r/{x}.jpg"');
  });
});

describe('an image', () => {
  it('whose key cannot be fails at once, for good', async () => {
    const { asked, storage } = away();
    const data = await photoJpeg(64, 64);
    const fetchImage = async () => ({ status: 'fetched' as const, data, http_status: 200 });
    const processImage = createImageProcessor({
      fetcher: { fetchImage, close: async () => {} },
      storage,
      maxPixels: 10_000,
    });
    const about = { request_id: 'r', row: 1, position: 1 };
    const task = { url: 'https://shop.example/a.jpg', key: 'r/a b', options: OPTIONS, about };
    const hooks = {
      signal: AbortSignal.timeout(10_000),
      hostSlot: async () => () => {},
      onCompress() {},
      onCompressed() {},
      stages: {},
    };
    expect(await processImage(task, hooks)).toMatchObject({
      code: 'storage_failed',
      message: 'the result could not be stored (not an object key: "r/a b.jpg")',
      transient: false,
    });
    expect(asked.puts).toBe(0);
  });
});
