// `halve serve`: HTTP API, page and work in one process.
import { Command } from 'commander';
import { openApp } from '../app.ts';
import type { SettingName } from '../config.ts';
import { SETTINGS } from '../config.ts';
import { explanationOf } from '../errors.ts';
import { createLog } from '../util/log.ts';
import { addSettings, settingsOf } from './settings.ts';

export function serveCommand(): Command {
  const command = new Command('serve').description('Serve the HTTP API and the page, and do the work.');
  return addSettings(command, Object.keys(SETTINGS) as SettingName[]).action(async () => {
    const config = settingsOf(command);
    const log = createLog(config.LOG_LEVEL);
    try {
      const app = await openApp({ config, log, http: true });
      process.stdout.write(`halve is listening on ${app.url}\n`);
      log.info({ url: app.url, workers: config.WORKERS, data: config.DATA_DIR }, 'started');
      let stopping = false;
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.on(signal, () => {
          // The second Ctrl-C is from somebody who does not want to wait; nothing is lost by it.
          if (stopping) process.exit(1);
          stopping = true;
          log.info({ signal }, 'stopping: images in flight are finished first');
          void app.stop().then(() => process.exit(0));
        });
      }
    } catch (error) {
      process.stderr.write(`halve: ${explanationOf(error)}\n`);
      process.exit(1);
    }
  });
}
