// What every storage must do. Takes a factory; each adapter's test file calls it with its own.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../../src/ports.ts';

const PNG = { contentType: 'image/png' };

export function storageContract(name: string, open: () => Promise<Storage>): void {
  describe(`${name} stores objects`, () => {
    it('as a buffer and as a stream, and gives them back byte for byte', async () => {
      const storage = await open();
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
      await storage.put('r/1-1-a.png', bytes, PNG);
      await storage.put('r/2-1-a.png', Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]), {
        ...PNG,
        durable: true,
      });
      expect(await read(storage, 'r/1-1-a.png')).toEqual(bytes);
      expect(await read(storage, 'r/2-1-a.png')).toEqual(bytes);
    });

    it('and answers null for what is not there', async () => {
      const storage = await open();
      expect(await storage.get('r/none.png')).toBeNull();
    });

    it('replacing one that was there', async () => {
      const storage = await open();
      await storage.put('r/a.png', Buffer.from('first'), PNG);
      await storage.put('r/a.png', Buffer.from('second'), PNG);
      expect(String(await read(storage, 'r/a.png'))).toBe('second');
    });

    it('whole or not at all: a stream that breaks leaves what was there', async () => {
      const storage = await open();
      await storage.put('r/a.csv', Buffer.from('whole'), PNG);
      async function* broken() {
        yield Buffer.from('par');
        throw new Error('cut off');
      }
      await expect(storage.put('r/a.csv', Readable.from(broken()), PNG)).rejects.toThrow('cut off');
      await expect(storage.put('r/b.csv', Readable.from(broken()), PNG)).rejects.toThrow('cut off');
      expect(String(await read(storage, 'r/a.csv'))).toBe('whole');
      expect(await storage.get('r/b.csv')).toBeNull();
    });

    it('a hundred at once under one key: one of them, whole', async () => {
      const storage = await open();
      const bodies = Array.from({ length: 100 }, (_, index) => Buffer.alloc(10_000, index));
      await Promise.all(
        bodies.map((body, index) => storage.put('r/same.png', index % 2 ? body : Readable.from([body]), PNG)),
      );
      const stored = await read(storage, 'r/same.png');
      expect(bodies.some((body) => body.equals(stored!))).toBe(true);
    });

    it('and deletes by prefix, one request only', async () => {
      const storage = await open();
      for (const key of ['r1/a.png', 'r1/b.png', 'r2/a.png']) await storage.put(key, Buffer.from(key), PNG);
      await storage.deletePrefix('r1');
      await storage.deletePrefix('r1');
      expect(await storage.get('r1/a.png')).toBeNull();
      expect(await storage.get('r1/b.png')).toBeNull();
      expect(String(await read(storage, 'r2/a.png'))).toBe('r2/a.png');
      await storage.put('r1/a.png', Buffer.from('again'), PNG);
      expect(String(await read(storage, 'r1/a.png'))).toBe('again');
    });

    it('and says that it works', async () => {
      await (await open()).check();
    });
  });
}

async function read(storage: Storage, key: string): Promise<Buffer | null> {
  const stream = await storage.get(key);
  if (!stream) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
