// Which queue a setting asks for. The next kind is one line here, under the scheme of its URL.
import type { JobQueue, Log, QueueBoard } from '../ports.ts';
import type { RedisAddress } from '../util/parse-settings.ts';
import { createMemoryQueue } from './memory.ts';

interface Kind {
  open(address: RedisAddress, log: Log): Promise<JobQueue>;
  /** What waits, to be looked at in a browser. */
  openBoard(address: RedisAddress, log: Log): Promise<QueueBoard>;
}

/** Loaded only where they are used: they are as large as all the rest. */
const bullmq: Kind = {
  open: async (address, log) => (await import('./bullmq.ts')).openBullmqQueue(address, log),
  openBoard: async (address, log) => (await import('./board.ts')).openBoard(address, log),
};

const KINDS = new Map<string, Kind>([
  ['redis:', bullmq],
  ['rediss:', bullmq],
]);

/** Without an address, the queue of this process alone. */
export async function openQueue(address: RedisAddress | undefined, log: Log): Promise<JobQueue> {
  return address ? kindOf(address).open(address, log) : createMemoryQueue({ log });
}

/** Null where there is nothing to look at. */
export async function openQueueBoard(
  address: RedisAddress | undefined,
  log: Log,
): Promise<QueueBoard | null> {
  return address ? kindOf(address).openBoard(address, log) : null;
}

function kindOf({ url }: RedisAddress): Kind {
  const { protocol } = new URL(url);
  const kind = KINDS.get(protocol);
  if (!kind) throw new Error(`there is no queue for ${protocol}//`);
  return kind;
}
