import { expect, it } from 'vitest';
import { createMemoryQueue } from '../../src/queue/memory.ts';
import { openQueue, openQueueBoard } from '../../src/queue/open-queue.ts';
import { silentLog } from '../../src/util/log.ts';
import { queueContract } from '../contracts/queue.ts';

queueContract('the in-process queue', async () => createMemoryQueue({ log: silentLog }));

it('is what there is without an address, and no address is taken for another kind', async () => {
  const queue = await openQueue(undefined, silentLog);
  expect(queue.shared).toBe(false);
  expect(await openQueueBoard(undefined, silentLog)).toBe(null);
  await queue.close();
  await expect(openQueue({ url: 'ftp://127.0.0.1', prefix: 'halve' }, silentLog)).rejects.toThrow(
    'there is no queue for ftp://',
  );
});
