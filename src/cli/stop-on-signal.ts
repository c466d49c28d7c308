// SIGTERM and SIGINT for the commands that run until they are told to stop.
import type { Log } from '../ports.ts';

export function stopOnSignal(log: Log, stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // The second Ctrl-C is from somebody who does not want to wait; nothing is lost by it.
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping: images in flight are finished first');
      void stop().then(() => process.exit(0));
    });
  }
}
