// Images as documents of a Firestore collection, under ids that are always the same: a repeat changes nothing.
import { setTimeout as wait } from 'node:timers/promises';
import type { PublishedImage, Publisher } from '../ports.ts';
import { loadSdk } from '../util/load-sdk.ts';

const COLLECTION = 'processed-images';
/** gRPC codes of what may pass: a limit, a conflict, a fault of the service, its absence, its slowness. */
const PASSING = new Set<number>([4, 8, 10, 13, 14]);
/** Attempts of the SDK at one document; who waits longer than that is the caller's choice. */
const ATTEMPTS = 4;
/** Milliseconds for one page of documents, so that an unreachable service is known as such. */
const PATIENCE_MS = 60_000;
const SHUTDOWN_TIMEOUT_MS = 2_000;

/** @param name `project` or `project/database` */
export async function openFirestore(name: string): Promise<Publisher> {
  const [projectId, databaseId] = name.split('/');
  const { Firestore } = await loadSdk('@google-cloud/firestore', () => import('@google-cloud/firestore'));
  const firestore = new Firestore({ projectId: projectId!, ...(databaseId && { databaseId }) });
  const collection = firestore.collection(COLLECTION);
  // One for all pages: it is what keeps to the pace that Firestore wants a collection to be filled at.
  const writer = firestore.bulkWriter();
  const closed = new AbortController();
  let closing: Promise<void> | undefined;

  /** Rejects when it takes too long, or when we are closing. */
  async function answered<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const late = wait(PATIENCE_MS, undefined, {
      signal: AbortSignal.any([over.signal, closed.signal]),
    }).then(() => {
      throw new Error(`Firestore did not answer within ${PATIENCE_MS / 1_000} s`);
    });
    late.catch(() => {});
    try {
      return await Promise.race([work, late]);
    } finally {
      over.abort();
    }
  }
  writer.onWriteError(
    ({ code, failedAttempts }) => !closed.signal.aborted && PASSING.has(code) && failedAttempts < ATTEMPTS,
  );

  return {
    async publish(images) {
      const writes = images.map((image) => writer.set(collection.doc(idOf(image)), documentOf(image)));
      const written = Promise.all(writes);
      written.catch(() => {}); // heard of below, or too late
      void writer.flush();
      await answered(written);
    },

    async check() {
      const probe = collection.doc('halve-doctor');
      await answered(probe.set({ written_by: 'halve doctor' }));
      const { exists } = await answered(probe.get());
      await answered(probe.delete());
      if (!exists) throw new Error('what was written is not there');
    },

    close() {
      closing ??= (async () => {
        closed.abort();
        // Both wait for what is under way. To a service that is away it is let go: it is still due.
        const ended = writer.close().then(() => firestore.terminate());
        ended.catch(() => {});
        await Promise.race([ended, wait(SHUTDOWN_TIMEOUT_MS, undefined, { ref: false })]);
      })();
      return closing;
    },
  };
}

const idOf = ({ request_id, seq }: PublishedImage) => `${request_id}-${seq}`;

function documentOf({ seq: _, ...fields }: PublishedImage): Omit<PublishedImage, 'seq'> {
  return fields;
}
