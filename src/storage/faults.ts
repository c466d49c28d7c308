// Whatever an SDK or the system throws becomes a StorageFault: its callers know one kind of trouble, not four.
import { Readable } from 'node:stream';
import { messageOf, StorageFault } from '../errors.ts';
import type { Storage, StoredObject } from '../ports.ts';
import { checkKey, checkListed, checkPrefix } from './keys.ts';

/**
 * A key that cannot be is no trouble of a storage but a fault in halve: that stays the plain error it is, and is not worth
 * another try.
 * @param name stands in front of messages
 */
export function withFaults(storage: Storage, name: string): Storage {
  function fault(error: unknown): StorageFault {
    if (error instanceof StorageFault) return error;
    const { code, name: kind } = error as { code?: unknown; name?: string };
    const word = typeof code === 'string' ? code : typeof code === 'number' ? `http_${code}` : kind;
    const known = word === undefined || word === 'Error' ? null : word;
    return new StorageFault(`${name}: ${known ? `${known}: ` : ''}${messageOf(error)}`, {
      cause: error,
      code: known,
    });
  }

  async function* list(prefix: string): AsyncGenerator<StoredObject> {
    checkListed(prefix);
    try {
      yield* storage.list(prefix);
    } catch (error) {
      throw fault(error);
    }
  }

  const thrown = (error: unknown) => {
    throw fault(error);
  };

  return {
    ...storage,
    async put(key, body, options) {
      checkKey(key);
      if (Buffer.isBuffer(body)) return storage.put(key, body, options).catch(thrown);
      let broken: { error: unknown } | null = null;
      async function* source(stream: Readable): AsyncGenerator<Buffer> {
        try {
          yield* stream;
        } catch (error) {
          broken = { error };
          throw error;
        }
      }
      const stream = Readable.from(source(body), { objectMode: false });
      try {
        await storage.put(key, stream, options);
      } catch (error) {
        stream.destroy();
        body.destroy();
        // What the stream itself broke with is its owner's business.
        throw broken ? (broken as { error: unknown }).error : fault(error);
      }
    },
    get: async (key) => storage.get(checkKey(key)).catch(thrown),
    list,
    deletePrefix: async (prefix) => storage.deletePrefix(checkPrefix(prefix)).catch(thrown),
    check: () => storage.check().catch(thrown),
    ...(storage.removeUnfinished && {
      removeUnfinished: (options) => storage.removeUnfinished!(options).catch(thrown),
    }),
  };
}
