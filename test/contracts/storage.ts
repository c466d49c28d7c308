// What every storage must do. Takes a factory; each adapter's test file calls it with its own.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StorageFault } from '../../src/errors.ts';
import { FORMATS, formatNames } from '../../src/formats.ts';
import type { Storage } from '../../src/ports.ts';
import type { FaultProxy } from '../fakes/fault-proxy.ts';
import { photoJpeg, sample } from '../fakes/pictures.ts';

/** Opens an empty storage that is gone after the test. */
export type OpenStorage = () => Promise<Storage>;
/** The same over a socket that can be broken. Unanswered requests must be given up after a second, or as `query` says. */
export type OpenBreakable = (
  query?: string,
) => Promise<{ storage: Storage; server: FaultProxy; openUploads?(): number }>;

const CSV = { contentType: 'text/csv' };
const JPEG = { contentType: 'image/jpeg' };

export function storageContract(name: string, open: OpenStorage): void {
  describe(`${name} stores objects`, () => {
    it('as a buffer and as a stream, and gives them back byte for byte', async () => {
      const storage = await open();
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
      await storage.put('r/input.csv', bytes, CSV);
      await storage.put('r/output.csv', Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]), {
        ...CSV,
        durable: true,
      });
      expect(await read(storage, 'r/input.csv')).toEqual(bytes);
      expect(await read(storage, 'r/output.csv')).toEqual(bytes);
    });

    it('images as the bytes they are', async () => {
      const storage = await open();
      const jpeg = await photoJpeg(64, 48);
      await storage.put('r/1-1-a.jpg', jpeg, JPEG);
      await storage.put('r/1-1-a.original.jpg', jpeg, JPEG);
      expect(await read(storage, 'r/1-1-a.jpg')).toEqual(jpeg);
      expect(await keysOf(storage, 'r')).toEqual(['r/1-1-a.jpg', 'r/1-1-a.original.jpg']);
    });

    it('images of every format, and lists them under the keys they were put under', async () => {
      const storage = await open();
      const formats = formatNames();
      const pictures = new Map<string, Buffer>();
      for (const format of formats) {
        const { extension, contentType } = FORMATS[format];
        const bytes = await sample(format, 24, 16);
        pictures.set(`r/${format}.${extension}`, bytes);
        await storage.put(`r/${format}.${extension}`, bytes, { contentType });
      }
      expect(pictures.size).toBe(formats.length);
      expect(await keysOf(storage, 'r')).toEqual([...pictures.keys()].sort());
      for (const [key, bytes] of pictures) expect([key, await read(storage, key)]).toEqual([key, bytes]);
      for (const key of pictures.keys()) await storage.deletePrefix(key);
      expect(await keysOf(storage, '')).toEqual([]);
    });

    it('a large stream, without knowing how large', { timeout: 240_000 }, async () => {
      const storage = await open();
      const block = Buffer.alloc(256 * 1024);
      const [sent, got] = [createHash('sha256'), createHash('sha256')];
      const blocks = 90; // 23.6 MB: several parts everywhere
      async function* source() {
        for (let index = 0; index < blocks; index++) {
          for (let at = 0; at < block.length; at += 4)
            block.writeUInt32LE(Math.imul(index * 65_536 + at, 2_654_435_761) >>> 0, at);
          const copy = Buffer.from(block);
          sent.update(copy);
          yield copy;
        }
      }
      await storage.put('r/input.csv', Readable.from(source()), CSV);
      let bytes = 0;
      for await (const chunk of (await storage.get('r/input.csv'))!) {
        got.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      expect(bytes).toBe(blocks * block.length);
      expect(got.digest('hex')).toBe(sent.digest('hex'));
    });

    it('and answers null for what is not there', async () => {
      const storage = await open();
      expect(await storage.get('r/none.csv')).toBeNull();
      expect(await storage.get('r/none.png')).toBeNull();
      expect(await keysOf(storage, 'r')).toEqual([]);
    });

    it('replacing one that was there', async () => {
      const storage = await open();
      await storage.put('r/a.csv', Buffer.from('first'), CSV);
      await storage.put('r/a.csv', Buffer.from('second'), CSV);
      expect(String(await read(storage, 'r/a.csv'))).toBe('second');
      expect(await keysOf(storage, '')).toEqual(['r/a.csv']);
    });

    it('whole or not at all: a stream that breaks leaves what was there', async () => {
      const storage = await open();
      await storage.put('r/a.csv', Buffer.from('whole'), CSV);
      async function* broken() {
        yield Buffer.from('par');
        throw new Error('cut off');
      }
      async function* brokenLate() {
        for (let part = 0; part < 24; part++) yield Buffer.alloc(1024 * 1024, part);
        throw new Error('cut off');
      }
      await expect(storage.put('r/a.csv', Readable.from(broken()), CSV)).rejects.toThrow('cut off');
      await expect(storage.put('r/b.csv', Readable.from(broken()), CSV)).rejects.toThrow('cut off');
      await expect(storage.put('r/c.csv', Readable.from(brokenLate()), CSV)).rejects.toThrow('cut off');
      expect(String(await read(storage, 'r/a.csv'))).toBe('whole');
      expect(await storage.get('r/b.csv')).toBeNull();
      expect(await keysOf(storage, '')).toEqual(['r/a.csv']);
    });

    it('fifty at once under one key: one of them, whole', async () => {
      const storage = await open();
      const bodies = Array.from({ length: 50 }, (_, index) => Buffer.alloc(10_000, index + 1));
      await Promise.all(
        bodies.map((body, index) => storage.put('r/same.csv', index % 2 ? body : Readable.from([body]), CSV)),
      );
      const stored = await read(storage, 'r/same.csv');
      expect(bodies.some((body) => body.equals(stored!))).toBe(true);
      expect(await keysOf(storage, '')).toEqual(['r/same.csv']);
    });

    it('under every key that is one, and under none that is not', async () => {
      const storage = await open();
      const good = [
        'a.csv',
        '0/-/_.csv',
        'r/CON.csv',
        `r/${'x'.repeat(120)}.csv`,
        'R/a.csv',
        'r/a..b.csv',
        'r/a-1.2.csv',
      ];
      for (const key of good) await storage.put(key, Buffer.from(key), CSV);
      for (const key of good) expect(String(await read(storage, key))).toBe(key);
      expect(await keysOf(storage, '')).toEqual([...good].sort());
      const bad = [
        '',
        '/',
        '../a',
        'a/../b',
        'a//b',
        '/etc/passwd',
        'a/.hidden',
        'a\\b',
        'a\0b',
        'a/',
        'ä',
        'a b',
        'a?b',
        'a%2e',
      ];
      for (const key of bad) {
        await expect(storage.put(key, Buffer.from('x'), CSV)).rejects.toThrow('not an object key');
        await expect(storage.get(key)).rejects.toThrow('not an object key');
      }
      await expect(storage.deletePrefix('')).rejects.toThrow('not an object key');
    });

    it('lists what is below a prefix, with sizes and times', async () => {
      const storage = await open();
      const before = Date.now() - 5_000;
      for (const key of ['r1/a.csv', 'r1/sub/b.csv', 'r10/a.csv', 'r2.csv'])
        await storage.put(key, Buffer.from(key), CSV);
      expect(await keysOf(storage, 'r1')).toEqual(['r1/a.csv', 'r1/sub/b.csv']);
      expect(await keysOf(storage, 'r1/')).toEqual(['r1/a.csv', 'r1/sub/b.csv']);
      expect(await keysOf(storage, 'r1/sub')).toEqual(['r1/sub/b.csv']);
      expect(await keysOf(storage, 'r2.csv')).toEqual(['r2.csv']);
      expect(await keysOf(storage, '')).toEqual(['r1/a.csv', 'r1/sub/b.csv', 'r10/a.csv', 'r2.csv']);
      for await (const { key, bytes, modified } of storage.list('')) {
        expect(bytes).toBe(key.length);
        expect(modified).toBeGreaterThan(before);
      }
    });

    it('and deletes by prefix, one request only', async () => {
      const storage = await open();
      const jpeg = await photoJpeg(16, 16);
      await storage.put('r1/a.jpg', jpeg, JPEG);
      for (const key of ['r1/b.csv', 'r1/sub/c.csv', 'r10/a.csv', 'r2/a.csv'])
        await storage.put(key, Buffer.from(key), CSV);
      await storage.deletePrefix('r1');
      await storage.deletePrefix('r1');
      expect(await keysOf(storage, '')).toEqual(['r10/a.csv', 'r2/a.csv']);
      expect(await storage.get('r1/a.jpg')).toBeNull();
      await storage.deletePrefix('r2/a.csv');
      await storage.deletePrefix('r2/a.csv');
      expect(await keysOf(storage, '')).toEqual(['r10/a.csv']);
      await storage.put('r1/a.csv', Buffer.from('again'), CSV);
      expect(String(await read(storage, 'r1/a.csv'))).toBe('again');
    });

    it('and says that it works', async () => {
      const storage = await open();
      await storage.put('r/a.csv', Buffer.from('x'), CSV);
      await storage.put('r/b.csv', Buffer.from('x'), CSV);
      await storage.check();
    });
  });
}

/** What faults of the network and of the server must come to. */
export function storageFaultContract(name: string, open: OpenBreakable): void {
  describe(`${name} over a network that is not to be relied on`, () => {
    const jpeg = photoJpeg(64, 48);

    it.each(['unavailable', 'reset', 'slow', 'lost'] as const)(
      'does everything as if nothing had happened when the first answer to each request is: %s',
      async (fault) => {
        const { storage, server } = await open();
        const seen = new Set<string>();
        server.fault = ({ method, path }) => {
          // Signatures and times differ between attempts at one thing.
          const what = `${method} ${path.replace(/[?&](timestamp|signature|expires_at|upload_id)=[^&]*/g, '')}`;
          if (seen.has(what)) return null;
          seen.add(what);
          return fault;
        };
        await storage.put('r/1-1-a.jpg', await jpeg, JPEG);
        await storage.put('r/2-1-b.csv', Buffer.from('bytes'), CSV);
        expect(await read(storage, 'r/1-1-a.jpg')).toEqual(await jpeg);
        expect(await keysOf(storage, 'r')).toEqual(['r/1-1-a.jpg', 'r/2-1-b.csv']);
        await storage.deletePrefix('r');
        expect(await keysOf(storage, 'r')).toEqual([]);
        expect(seen.size).toBeGreaterThan(3);
      },
    );

    it('says that it is a fault of the storage when it stays away, and leaves nothing', async () => {
      const { storage, server, openUploads } = await open();
      await storage.put('r/a.csv', Buffer.from('before'), CSV);
      server.fault = () => 'unavailable';
      const large = () =>
        Readable.from(Array.from({ length: 12 }, (_, part) => Buffer.alloc(1024 * 1024, part)));
      const calls: Promise<unknown>[] = [
        storage.put('r/a.csv', Buffer.from('after'), CSV),
        storage.put('r/b.jpg', await jpeg, JPEG),
        storage.put('r/c.csv', large(), CSV),
        storage.get('r/a.csv'),
        storage.deletePrefix('r'),
        keysOf(storage, 'r'),
        storage.check(),
      ];
      for (const call of await Promise.allSettled(calls)) {
        expect(call).toMatchObject({ status: 'rejected', reason: expect.any(StorageFault) });
      }
      server.fault = () => null;
      expect(String(await read(storage, 'r/a.csv'))).toBe('before');
      expect(await keysOf(storage, 'r')).toEqual(['r/a.csv']);
      expect(openUploads?.() ?? 0).toBe(0);
      await storage.put('r/a.csv', Buffer.from('after'), CSV);
      expect(String(await read(storage, 'r/a.csv'))).toBe('after');
    });

    it('gives up a request that is never answered', async () => {
      const { storage, server } = await open();
      server.fault = () => 'silent';
      const bytes = await jpeg;
      await expect(storage.put('r/a.jpg', bytes, JPEG)).rejects.toThrow(StorageFault);
      server.fault = () => null;
      await storage.put('r/a.jpg', bytes, JPEG);
      expect(await read(storage, 'r/a.jpg')).toEqual(bytes);
    });

    it('goes on with a large stream over single failures, byte for byte', async () => {
      // 24 MB on a busy machine: it is not about time.
      const { storage, server, openUploads } = await open('timeout=20');
      // Twice at most for one address: of many at once, every third might be one and the same until it gives up.
      const failures = new Map<string, number>();
      let number = 0;
      server.fault = ({ method, path }) => {
        const before = failures.get(path) ?? 0;
        if (method === 'GET' || ++number % 3 !== 0 || before === 2) return null;
        failures.set(path, before + 1);
        return 'unavailable';
      };
      const parts = Array.from({ length: 24 }, (_, part) => Buffer.alloc(1024 * 1024, part));
      await storage.put('r/input.csv', Readable.from(parts), CSV);
      server.fault = () => null;
      expect((await read(storage, 'r/input.csv'))!.equals(Buffer.concat(parts))).toBe(true);
      expect(await keysOf(storage, '')).toEqual(['r/input.csv']);
      expect(openUploads?.() ?? 0).toBe(0);
    });
  });
}

export async function read(storage: Storage, key: string): Promise<Buffer | null> {
  const stream = await storage.get(key);
  if (!stream) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function keysOf(storage: Storage, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
}
