// A file that is written to the storage piece by piece.
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Storage } from '../ports.ts';

/** Begins an object of text. It is there, and durable, when `end` has resolved; `abort` leaves nothing. */
export function openStoredFile(storage: Storage, key: string) {
  const stream = new PassThrough({ highWaterMark: 256 * 1024 }).on('error', () => {});
  const stored = storage.put(key, stream, { contentType: 'text/csv', durable: true });
  stored.catch(() => {}); // whoever waits for end() hears of it
  return {
    async write(part: Buffer): Promise<void> {
      if (part.length > 0 && !stream.write(part)) await Promise.race([once(stream, 'drain'), stored]);
    },
    async end(): Promise<void> {
      stream.end();
      await stored;
    },
    abort: (error: Error) => void stream.destroy(error),
  };
}
