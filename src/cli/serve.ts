// `halve serve`: HTTP API, page and work in one process.
import { Command } from 'commander';
import { explanationOf } from '../errors.ts';
import { createLog, logFaults } from '../util/log.ts';
import { redact } from '../util/redact.ts';
import { addSettings, settingsOf } from './settings.ts';
import { openUntilSignal } from './stop-on-signal.ts';

export function serveCommand(): Command {
  const command = new Command('serve').description('Serve the HTTP API and the page, and do the work.');
  return addSettings(command).action(async () => {
    const config = settingsOf(command);
    const log = createLog(config.LOG_LEVEL);
    logFaults(log);
    if (config.WORKERS === 0 && !config.REDIS_URL) {
      log.warn(
        {},
        'no work is done here and no other process can do it: REDIS_URL is unset and WORKERS is 0',
      );
    }
    try {
      const app = await openUntilSignal({ config, log, role: 'server' });
      process.stdout.write(`halve is listening on ${app.url}\n`);
      log.info({ url: app.url, workers: config.WORKERS, data: config.DATA_DIR }, 'started');
    } catch (error) {
      process.stderr.write(`halve: ${redact(explanationOf(error))}\n`);
      process.exit(1);
    }
  });
}
