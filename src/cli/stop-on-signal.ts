// SIGTERM and SIGINT for the commands that run until they are told to stop.
import { type App, openApp } from '../app/open-app.ts';
import type { AppOptions } from '../app/setup.ts';
import type { Log } from '../ports.ts';
import { startTracing } from '../util/telemetry/trace.ts';

function stopOnSignal(log: Log, stop: () => Promise<void>): void {
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

/** Opens the app, with traces where the environment asks for them, and stops both when it is told to. */
export async function openUntilSignal(options: AppOptions): Promise<App> {
  const stopTracing = await startTracing(options.log);
  const app = await openApp(options);
  stopOnSignal(options.log, async () => {
    await app.stop();
    await stopTracing();
  });
  return app;
}
