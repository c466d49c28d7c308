// `halve worker`: work only, one of any number of processes that share a database and a queue.
import { Command } from 'commander';
import type { Config } from '../config.ts';
import { explanationOf } from '../errors.ts';
import { createLog, logFaults } from '../util/log.ts';
import { redact } from '../util/redact.ts';
import { addSettings, settingsOf } from './settings.ts';
import { openUntilSignal } from './stop-on-signal.ts';

export function workerCommand(): Command {
  const command = new Command('worker').description(
    'Do the work of the servers that share its DATABASE_URL and REDIS_URL. Any number may run, on any number of machines.',
  );
  return addSettings(command).action(async () => {
    if (!command.opts().redisUrl && !process.env.REDIS_URL) {
      refuse(
        'a worker gets its work from a queue that it shares with servers, and the in-process queue is not shared: set REDIS_URL (and a PostgreSQL DATABASE_URL)',
      );
    }
    const config = settingsOf(command, { program: 'worker' });
    if (config.WORKERS === 0)
      refuse('a worker without image processes does nothing: WORKERS must be at least 1');
    const log = createLog(config.LOG_LEVEL);
    logFaults(log);
    for (const advice of adviceFor(config)) log.warn({}, advice);
    try {
      const app = await openUntilSignal({ config, log, role: 'worker' });
      process.stdout.write(
        app.metricsUrl
          ? `halve worker is working, metrics at ${app.metricsUrl}/metrics\n`
          : 'halve worker is working\n',
      );
      log.info({ workers: config.WORKERS }, 'started');
    } catch (error) {
      refuse(redact(explanationOf(error)));
    }
  });
}

function adviceFor({ STORAGE_URL, PUBLIC_URL, HOST, PORT }: Config): string[] {
  return [
    ...(STORAGE_URL.startsWith('file:')
      ? ['STORAGE_URL is a folder: it must be the same folder for every server and worker']
      : []),
    ...(PUBLIC_URL ? [] : [`PUBLIC_URL is unset: links in results will begin with http://${HOST}:${PORT}`]),
  ];
}

function refuse(why: string): never {
  process.stderr.write(`halve: ${why}\n`);
  process.exit(1);
}
