// Objects as files below one folder. A file appears under its name whole or not at all.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { access, constants, open, opendir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Storage, StoredObject } from '../ports.ts';
import { checkKey, checkListed, checkPrefix } from './keys.ts';

/** Below the root, out of reach of every key (no segment of a key starts with a dot). */
const UNFINISHED = '.unfinished';
const FOLDERS_REMEMBERED = 1_000;

export interface DiskOptions {
  /** Made when missing. */
  root: string;
  /** Stands in front of a key in its URL; '' makes the URL the key itself, relative to the root. */
  publicUrl: () => string;
  /** No other process writes here: what writes that never ended left behind is removed. */
  alone: boolean;
}

export function createDiskStorage({ root, publicUrl, alone }: DiskOptions): Storage {
  if (alone) rmSync(join(root, UNFINISHED), { recursive: true, force: true });
  mkdirSync(join(root, UNFINISHED), { recursive: true });
  const madeFolders = new Set<string>();

  const pathOf = (key: string) => join(root, checkKey(key));
  const unfinishedPath = () => join(root, UNFINISHED, randomBytes(12).toString('hex'));

  return {
    async put(key, body, { durable = false }) {
      const path = pathOf(key);
      const unfinished = unfinishedPath();
      try {
        if (Buffer.isBuffer(body)) {
          // Straight calls: for a file of this size they cost a fifth of the CPU that the asynchronous ones do,
          // and the process that calls them does nothing that anybody waits for.
          const file = openSync(unfinished, 'wx');
          try {
            for (let written = 0; written < body.length; ) written += writeSync(file, body, written);
            if (durable) fsyncSync(file);
          } finally {
            closeSync(file);
          }
          renameInto(path, () => renameSync(unfinished, path));
        } else {
          // Opened here: a stream that broke at once would make the file after it was removed.
          const fd = openSync(unfinished, 'wx');
          await pipeline(body, createWriteStream(unfinished, { fd, flush: durable }));
          renameInto(path, () => renameSync(unfinished, path));
        }
        if (durable) await syncFolder(dirname(path));
      } catch (error) {
        if (!Buffer.isBuffer(body)) body.destroy();
        rmSync(unfinished, { force: true });
        throw error;
      }
    },

    async get(key) {
      const path = pathOf(key);
      const file = await open(path, 'r').catch(absent);
      return file && createReadStream(path, { fd: file, highWaterMark: 256 * 1024 });
    },

    list: (prefix) => listBelow(checkListed(prefix)),

    async deletePrefix(prefix) {
      madeFolders.clear();
      const key = checkPrefix(prefix);
      // A result that is written meanwhile keeps its folder from going: then it is gone over again.
      await rm(pathOf(key), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      await removeEmptied(key);
    },

    url: (key) => publicUrl() + key.split('/').map(encodeURIComponent).join('/'),

    async check() {
      await access(join(root, UNFINISHED), constants.W_OK);
    },

    files: { folder: root },

    async removeUnfinished({ ageMs, dryRun = false }) {
      let abandoned = 0;
      for await (const { name } of await opendir(join(root, UNFINISHED))) {
        const path = join(root, UNFINISHED, name);
        // Gone meanwhile: it was finished, or another process tidies too.
        const file = await stat(path).catch(() => null);
        if (!file || Date.now() - file.mtimeMs <= ageMs) continue;
        abandoned++;
        if (!dryRun) await rm(path, { force: true });
      }
      return abandoned;
    },
  };

  async function* listBelow(key: string): AsyncGenerator<StoredObject> {
    const found = await stat(join(root, key)).catch(absent);
    if (found?.isFile()) yield { key, bytes: found.size, modified: Math.round(found.mtimeMs) };
    if (!found?.isDirectory()) return;
    const folder = await opendir(join(root, key), { bufferSize: 1_000 }).catch(absent);
    for await (const { name } of folder ?? []) {
      if (!name.startsWith('.')) yield* listBelow(key === '' ? name : `${key}/${name}`);
    }
  }

  /** The folders above a key, as far as nothing is in them. Who is about to write there makes them again. */
  async function removeEmptied(key: string): Promise<void> {
    const segments = key.split('/');
    while (segments.length > 1) {
      segments.pop();
      const removed = await rmdir(join(root, ...segments)).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }

  /** Makes the folder only when it is missing, which is once for the thousands of images of a request. */
  function renameInto(path: string, move: () => void): void {
    const folder = dirname(path);
    if (!madeFolders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      if (madeFolders.size >= FOLDERS_REMEMBERED) madeFolders.clear();
      madeFolders.add(folder);
    }
    try {
      move();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(folder, { recursive: true });
      move();
    }
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
