// What a put on disk does beside writing: synced in the right order where it must survive a power cut, and nothing left open.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, it, vi } from 'vitest';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

/** What was asked of the system, in order. */
const calls = vi.hoisted((): string[] => []);
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    fsyncSync: (file: number) => {
      calls.push('sync the file');
      fs.fsyncSync(file);
    },
    renameSync: (from: string, to: string) => {
      fs.renameSync(from, to);
      calls.push('name it');
    },
    createWriteStream: (path: string, options: { fd: number; flush: boolean }) => {
      calls.push(options.flush ? 'stream it, and sync' : 'stream it');
      return fs.createWriteStream(path, options);
    },
  };
});
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  return {
    ...fs,
    open: async (path: string, flags: string) => {
      const file = await fs.open(path, flags);
      const sync = file.sync.bind(file);
      file.sync = () => {
        calls.push('sync the folder');
        return sync();
      };
      return file;
    },
  };
});
beforeEach(() => void calls.splice(0));

const CSV = { contentType: 'text/csv' };
const openFiles = () => readdirSync('/proc/self/fd').length;
function open() {
  const root = tempFolder();
  return { root, storage: createDiskStorage({ root, publicUrl: () => 'http://x.test/files/', alone: true }) };
}

it('syncs the file before it has its name, and its folder behind that, where it must last', async () => {
  const { storage } = open();
  await storage.put('r/a.csv', Buffer.from('a'), { ...CSV, durable: true });
  expect(calls.splice(0)).toEqual(['sync the file', 'name it', 'sync the folder']);
  await storage.put('r/b.csv', Readable.from([Buffer.from('b')]), { ...CSV, durable: true });
  expect(calls.splice(0)).toEqual(['stream it, and sync', 'name it', 'sync the folder']);
});

it('syncs nothing of what can be made again', async () => {
  const { storage } = open();
  await storage.put('r/a.jpg', Buffer.from('a'), { contentType: 'image/jpeg' });
  await storage.put('r/b.jpg', Readable.from([Buffer.from('b')]), { contentType: 'image/jpeg' });
  expect(calls).toEqual(['name it', 'stream it', 'name it']);
});

it.runIf(existsSync('/proc/self/fd'))('leaves no file open, whatever becomes of the put', async () => {
  const { root, storage } = open();
  await storage.put('r/a.csv', Buffer.from('a'), { ...CSV, durable: true });
  mkdirSync(join(root, 'r', 'taken.csv', 'x'), { recursive: true });
  const before = openFiles();
  for (let round = 0; round < 5; round++) {
    await storage.put('r/a.csv', Buffer.from('a'), { ...CSV, durable: true });
    // A folder has the name: it is written, and cannot be named.
    await expect(storage.put('r/taken.csv', Buffer.from('a'), CSV)).rejects.toThrow();
    expect(await buffer((await storage.get('r/a.csv'))!)).toEqual(Buffer.from('a'));
  }
  expect(openFiles()).toBe(before);
  expect(readdirSync(join(root, '.unfinished'))).toEqual([]);
});

it('destroys the stream of a put that failed', async () => {
  const { root, storage } = open();
  rmSync(join(root, '.unfinished'), { recursive: true });
  const body = Readable.from([Buffer.from('a')]);
  await expect(storage.put('r/a.csv', body, CSV)).rejects.toThrow('ENOENT');
  expect(body.destroyed).toBe(true);
});

it('makes a folder again that has gone since', async () => {
  const { root, storage } = open();
  await storage.put('r/deep/a.jpg', Buffer.from('a'), CSV);
  rmSync(join(root, 'r'), { recursive: true });
  await storage.put('r/deep/b.jpg', Buffer.from('b'), CSV);
  expect(readFileSync(join(root, 'r/deep/b.jpg'), 'utf8')).toBe('b');
});

it('removes the folders above what it deletes, as far as they are empty', async () => {
  const { root, storage } = open();
  for (const key of ['r/one/two/a.jpg', 'r/other/b.jpg']) await storage.put(key, Buffer.from('a'), CSV);
  await storage.deletePrefix('r/one/two/a.jpg');
  expect(readdirSync(join(root, 'r'))).toEqual(['other']);
  await storage.deletePrefix('r/other');
  expect(existsSync(join(root, 'r'))).toBe(false);
  expect(existsSync(root)).toBe(true);
});

it('has an address for each key, and answers whether it can be written to', async () => {
  const { root, storage } = open();
  expect(storage.url('r/1-1-a.b_c.jpg')).toBe('http://x.test/files/r/1-1-a.b_c.jpg');
  await storage.check();
  rmSync(join(root, '.unfinished'), { recursive: true });
  await expect(storage.check()).rejects.toThrow('ENOENT');
});
