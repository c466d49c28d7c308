import { createMemoryQueue } from '../../src/queue/memory.ts';
import { silentLog } from '../../src/util/log.ts';
import { queueContract } from '../contracts/queue.ts';

queueContract('the in-process queue', async () => createMemoryQueue({ log: silentLog }));
