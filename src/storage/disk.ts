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
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PutOptions, Storage, StoredObject } from '../ports.ts';
import { bound } from '../util/bound.ts';
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

interface Folder {
  root: string;
  /** Folders below it that are there. */
  made: Set<string>;
}

const pathOf = ({ root }: Folder, key: string) => join(root, checkKey(key));

export function createDiskStorage({ root, publicUrl, alone }: DiskOptions): Storage {
  if (alone) rmSync(join(root, UNFINISHED), { recursive: true, force: true });
  mkdirSync(join(root, UNFINISHED), { recursive: true });
  return {
    ...bound({ root, made: new Set() } as Folder, { put, get, deletePrefix, check, removeUnfinished }),
    list: (prefix) => listBelow(root, checkListed(prefix)),
    url: (key) => publicUrl() + key.split('/').map(encodeURIComponent).join('/'),
    files: { folder: root },
  };
}

async function put(
  folder: Folder,
  key: string,
  body: Buffer | Readable,
  { durable = false }: PutOptions,
): Promise<void> {
  const path = pathOf(folder, key);
  const unfinished = join(folder.root, UNFINISHED, randomBytes(12).toString('hex'));
  try {
    if (Buffer.isBuffer(body)) writeWhole(unfinished, body, durable);
    else await writeStream(unfinished, body, durable);
    renameInto(folder, unfinished, path);
    if (durable) await syncFolder(dirname(path));
  } catch (error) {
    if (!Buffer.isBuffer(body)) body.destroy();
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/**
 * Straight calls: for a file of this size they cost a fifth of the CPU that the asynchronous ones do, and the process
 * that calls them does nothing that anybody waits for.
 */
function writeWhole(path: string, bytes: Buffer, durable: boolean): void {
  const file = openSync(path, 'wx');
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

async function writeStream(path: string, body: Readable, durable: boolean): Promise<void> {
  // Opened here: a stream that broke at once would make the file after it was removed.
  const fd = openSync(path, 'wx');
  await pipeline(body, createWriteStream(path, { fd, flush: durable }));
}

async function get(folder: Folder, key: string): Promise<Readable | null> {
  const path = pathOf(folder, key);
  const file = await open(path, 'r').catch(absent);
  return file && createReadStream(path, { fd: file, highWaterMark: 256 * 1024 });
}

async function deletePrefix(folder: Folder, prefix: string): Promise<void> {
  folder.made.clear();
  const key = checkPrefix(prefix);
  // A result that is written meanwhile keeps its folder from going: then it is gone over again.
  await rm(pathOf(folder, key), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  await removeEmptied(folder.root, key);
}

async function check({ root }: Folder): Promise<void> {
  await access(join(root, UNFINISHED), constants.W_OK);
}

async function removeUnfinished(
  { root }: Folder,
  { ageMs, dryRun = false }: { ageMs: number; dryRun?: boolean },
): Promise<number> {
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
}

async function* listBelow(root: string, key: string): AsyncGenerator<StoredObject> {
  const found = await stat(join(root, key)).catch(absent);
  if (found?.isFile()) yield { key, bytes: found.size, modified: Math.round(found.mtimeMs) };
  if (!found?.isDirectory()) return;
  const folder = await opendir(join(root, key), { bufferSize: 1_000 }).catch(absent);
  for await (const { name } of folder ?? []) {
    if (!name.startsWith('.')) yield* listBelow(root, key === '' ? name : `${key}/${name}`);
  }
}

/** The folders above a key, as far as nothing is in them. Who is about to write there makes them again. */
async function removeEmptied(root: string, key: string): Promise<void> {
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
function renameInto({ made }: Folder, unfinished: string, path: string): void {
  const folder = dirname(path);
  if (!made.has(folder)) {
    mkdirSync(folder, { recursive: true });
    if (made.size >= FOLDERS_REMEMBERED) made.clear();
    made.add(folder);
  }
  try {
    renameSync(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true });
    renameSync(unfinished, path);
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
