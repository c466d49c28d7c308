// An image process: fetches, compresses and puts images; it has no database and no queue. Whatever an image does to it
// (crash, hang, memory) ends this process alone, and the pool starts another.
import { constants, setPriority } from 'node:os';
import type { ImageOutcome, ImageTask, StageTimes } from '../ports.ts';
import { redact } from '../util/redact.ts';
import { createMessageBatch } from './message-batch.ts';
import { type FromProcess, hostOf, type ImageProcessSettings, type ToProcess } from './messages.ts';

/** Longest time that the pool is not told what can wait. */
const SOON_MS = 10;

export interface TaskHooks {
  signal: AbortSignal;
  /** Awaited before each hop to another host; resolves with the release. */
  hostSlot(host: string): Promise<() => void>;
  /** Called when the task has taken the CPU slot. */
  onCompress(): void;
  /** Called when it has given it back. */
  onCompressed(): void;
  /** Filled in on the way. */
  stages: StageTimes;
}

export type ProcessImage = (task: ImageTask, hooks: TaskHooks) => Promise<ImageOutcome>;

interface Running {
  controller: AbortController;
  /** The slot that came with the task, until its first hop takes it. */
  grantedHost: string | null;
  onHostSlot: (() => void) | undefined;
}

/** Serves the pool over the IPC channel until that closes. `open` makes the work from the settings. */
export function serveImageProcess(open: (settings: ImageProcessSettings) => Promise<ProcessImage>): void {
  // The API shares the cores with us, and somebody waits for it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const running = new Map<number, Running>();
  const { post, postSoon } = createMessageBatch<FromProcess>((messages) => {
    // A pool that has just let go reads no more: 'disconnect', below, comes only after this write has failed.
    if (process.connected) process.send!(messages, undefined, undefined, () => {});
  }, SOON_MS);
  let processImage: ProcessImage;

  async function run(id: number, task: ImageTask): Promise<void> {
    const controller = new AbortController();
    const state: Running = { controller, grantedHost: hostOf(task.url), onHostSlot: undefined };
    running.set(id, state);
    const stages: StageTimes = {};
    const outcome = await processImage(task, {
      signal: controller.signal,
      hostSlot: async (host) => {
        if (state.grantedHost === host) {
          state.grantedHost = null;
        } else {
          const granted = new Promise<void>((resolve) => (state.onHostSlot = resolve));
          post({ type: 'want-host', id, host });
          await granted;
        }
        return () => postSoon({ type: 'release-host', id });
      },
      // At once: if the decoder takes the process down, the pool must know whose picture it was.
      onCompress: () => post({ type: 'compressing', id }),
      onCompressed: () => postSoon({ type: 'compressed', id }),
      stages,
    });
    running.delete(id);
    postSoon({ type: 'done', id, outcome, stages });
  }

  process.on('message', async (message: ToProcess) => {
    if (message.type === 'task') void run(message.id, message.task);
    else if (message.type === 'host-slot') running.get(message.id)?.onHostSlot?.();
    else if (message.type === 'abort') running.get(message.id)?.controller.abort();
    else if (message.type === 'ping') post({ type: 'pong' });
    else {
      processImage = await open(message.settings);
      post({ type: 'ready' });
    }
  });
  // Ends it, as it would anyhow; but what Node would print may have a URL in it.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`halve: an image process: ${redact(String(error?.stack ?? error))}\n`);
    process.exit(1);
  });
  // Without the parent there is nobody to work for, however it went.
  process.on('disconnect', () => process.exit(0));
  // A signal to the whole group is the parent's to answer: it drains us and then lets go.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
}
