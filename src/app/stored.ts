// What is stored, and the queue in front of the work: database, storage, queue and its board.
import { openQueue, openQueueBoard } from '../queue/open-queue.ts';
import { openRecords } from '../records/open-records.ts';
import { openStorage } from '../storage/open-storage.ts';
import { systemClock } from '../util/clock.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { type Setup, SHUTDOWN_TIMEOUT_MS } from './setup.ts';

export type Stored = Awaited<ReturnType<typeof openStored>>;

export async function openStored({ config, log, role, filesUrl, links, life }: Setup) {
  const records = life.own(
    'the database',
    await openRecords({ url: config.DATABASE_URL, clock: systemClock }),
    (records) => withTimeout(SHUTDOWN_TIMEOUT_MS, records.close()),
  );
  const storage = await openStorage({
    url: config.STORAGE_URL,
    filesUrl: () => filesUrl ?? links.files(),
    alone: records.exclusive,
  });
  // Alone on the database, so no lease can have an owner yet.
  if (records.exclusive) await records.due.releaseLeases();
  const queue = life.own('the queue', await openQueue(config.REDIS_URL, log), (queue) => queue.close(0));
  const board = life.own(
    'the queue board',
    role === 'server' ? await openQueueBoard(config.REDIS_URL, log) : null,
    async (board) => board?.close(),
  );
  return { records, storage, queue, board };
}
