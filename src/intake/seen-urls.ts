// Which URLs a request has already named. Millions of them, so a table of hashes in one typed array instead of a Map.
import { hash } from 'node:crypto';

/** Three words of hash (96 bits: for 10 million URLs the chance of any collision is under 1e-14) and the number. */
const WORDS = 4;
const FIRST_CAPACITY = 1_024;
const LOAD = 0.8;

export class SeenUrls {
  #table = new Uint32Array(FIRST_CAPACITY * WORDS);
  #capacity = FIRST_CAPACITY;
  #size = 0;

  /** The seq under which the URL was first added, or null when this is the first time. `seq` is 1 or more. */
  add(url: string, seq: number): number | null {
    const digest = hash('sha256', url, 'buffer');
    const words = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)] as const;
    const slot = this.#find(words);
    const known = this.#table[slot + 3]!;
    if (known !== 0) return known;
    this.#table.set([...words, seq], slot);
    if (++this.#size > this.#capacity * LOAD) this.#grow();
    return null;
  }

  /** The slot of the hash, or the free one where it belongs (linear probing). */
  #find([a, b, c]: readonly [number, number, number]): number {
    const mask = this.#capacity - 1;
    for (let index = a & mask; ; index = (index + 1) & mask) {
      const slot = index * WORDS;
      const table = this.#table;
      if (table[slot + 3] === 0) return slot;
      if (table[slot] === a && table[slot + 1] === b && table[slot + 2] === c) return slot;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#capacity *= 2;
    this.#table = new Uint32Array(this.#capacity * WORDS);
    for (let slot = 0; slot < old.length; slot += WORDS) {
      if (old[slot + 3] === 0) continue;
      const to = this.#find([old[slot]!, old[slot + 1]!, old[slot + 2]!]);
      this.#table.set(old.subarray(slot, slot + WORDS), to);
    }
  }
}
