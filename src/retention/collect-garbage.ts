// Finds and removes stored objects that no row accounts for: of requests that are gone, and of attempts that did not count.
import { createHash } from 'node:crypto';
import type { Storage, StoredObject } from '../ports.ts';
import type { Records } from '../records/open-records.ts';
import type { StoredRequest } from '../records/stored.ts';
import { fileKey, REQUEST_FILE_NAMES } from '../request-files.ts';
import { ownerOf } from '../util/own-keys.ts';

export interface Count {
  objects: number;
  bytes: number;
}

/** Seen is the sum of the others. Unknown is what halve does not write, and what it therefore never touches. */
export type Collected = Record<'seen' | 'kept' | 'removed' | 'unknown', Count>;

export interface CollectOptions {
  records: Pick<Records, 'stored'>;
  storage: Storage;
  /** Younger objects stay, and so does whatever belongs to a request that ended later than that. */
  minAgeMs: number;
  /** Milliseconds since the epoch. */
  now: number;
  dryRun: boolean;
  /** Told of every object that is removed, or would be, and of every unknown one. */
  onFound(what: 'removed' | 'unknown', object: StoredObject, reason: string): void;
}

/** Objects that are judged by one question to the database. */
const PAGE = 1_000;
/** Removed while the row of their request is held: few, so that a retry waits for less than a moment. */
const REMOVED_AT_ONCE = 32;

/**
 * Safe beside servers that work. An upload has its row before its first object, and an object is listed before its row is
 * looked for: without a row, there will never be one. In the folder of a request that has ended, whatever is not referred
 * to stays so until the request is opened again, and it is held shut while objects go.
 */
export async function collectGarbage(options: CollectOptions): Promise<Collected> {
  const { records, storage, minAgeMs, now, dryRun, onFound } = options;
  const zero = () => ({ objects: 0, bytes: 0 });
  const collected: Collected = { seen: zero(), kept: zero(), removed: zero(), unknown: zero() };
  let known: { request: StoredRequest; keys: KeyFilter } | null = null;
  let page: { object: StoredObject; request: string | null }[] = [];

  for await (const object of storage.list('')) {
    count('seen', object);
    const owner = ownerOf(object.key);
    // A listing that does not tell the time says 0.
    const old = object.modified > 0 && object.modified <= now - minAgeMs;
    if (!owner) {
      count('unknown', object);
      onFound('unknown', object, 'not a name that halve gives');
    } else if (!old) count('kept', object);
    else page.push({ object, request: owner.request });
    if (page.length === PAGE) await judgePage();
  }
  await judgePage();
  return collected;

  function count(as: keyof Collected, { bytes }: StoredObject): void {
    collected[as].objects++;
    collected[as].bytes += bytes;
  }

  async function judgePage(): Promise<void> {
    const byRequest = new Map<string | null, StoredObject[]>();
    for (const { object, request } of page) {
      const others = byRequest.get(request);
      if (others) others.push(object);
      else byRequest.set(request, [object]);
    }
    page = [];
    const ids = [...byRequest.keys()].filter((id) => id !== null);
    const rows = new Map((await records.stored.requests(ids, minAgeMs)).map((row) => [row.id, row]));
    for (const [id, objects] of byRequest) {
      const row = id === null ? null : rows.get(id);
      if (row) await judgeRequest(row, objects);
      else await remove(objects, id === null ? 'left by halve doctor' : 'its request does not exist');
    }
  }

  async function judgeRequest(request: StoredRequest, objects: StoredObject[]): Promise<void> {
    const keys = request.settled ? await keysOf(request) : null;
    const orphans = keys ? objects.filter(({ key }) => !keys.has(key)) : [];
    for (const object of objects) if (!orphans.includes(object)) count('kept', object);
    for (let at = 0; at < orphans.length; at += REMOVED_AT_ONCE) {
      const some = orphans.slice(at, at + REMOVED_AT_ONCE);
      const work = () => remove(some, 'no row of its request refers to it');
      const held = dryRun || (await records.stored.whileEnded(request, work));
      if (dryRun) await work();
      if (!held) for (const object of some) count('kept', object);
    }
  }

  async function remove(objects: StoredObject[], reason: string): Promise<void> {
    for (let at = 0; at < objects.length; at += REMOVED_AT_ONCE) {
      const some = objects.slice(at, at + REMOVED_AT_ONCE);
      if (!dryRun) await Promise.all(some.map(({ key }) => storage.deletePrefix(key)));
      for (const object of some) {
        count('removed', object);
        onFound('removed', object, reason);
      }
    }
  }

  /** Listings come folder by folder, so the last one's keys are worth keeping. */
  async function keysOf(request: StoredRequest): Promise<KeyFilter> {
    if (known?.request.id === request.id && known.request.revision === request.revision) return known.keys;
    const keys = new KeyFilter(2 * request.images_total + 4);
    for (const file of REQUEST_FILE_NAMES) keys.add(fileKey(file, request));
    for await (const some of records.stored.keysOf(request)) for (const key of some) keys.add(key);
    known = { request, keys };
    return keys;
  }
}

const BITS_A_KEY = 16;
const MOST_BITS = 2 ** 28;

/**
 * A Bloom filter: the keys of a request with millions of images in 32 MB at most. It never misses a key that was added;
 * of others it takes about one in 400 for one, and up to a few in a hundred past ten million images: they stay.
 */
class KeyFilter {
  readonly #words: Uint32Array;

  constructor(keys: number) {
    const bits = Math.min(MOST_BITS, 2 ** Math.ceil(Math.log2(Math.max(1024, keys * BITS_A_KEY))));
    this.#words = new Uint32Array(bits / 32);
  }

  add(key: string): void {
    for (const bit of this.#bitsOf(key)) this.#words[bit >>> 5]! |= 1 << (bit & 31);
  }

  has(key: string): boolean {
    return this.#bitsOf(key).every((bit) => (this.#words[bit >>> 5]! >>> (bit & 31)) & 1);
  }

  #bitsOf(key: string): number[] {
    const bits = this.#words.length * 32;
    const hash = createHash('sha1').update(key).digest();
    return [0, 4, 8, 12].map((at) => hash.readUInt32LE(at) % bits);
  }
}
