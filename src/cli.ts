// The program: one file a command in cli/.
import { Command } from 'commander';
import { doctorCommand } from './cli/doctor.ts';
import { gcCommand } from './cli/gc.ts';
import { listenCommand } from './cli/listen.ts';
import { runCommand } from './cli/run.ts';
import { serveCommand } from './cli/serve.ts';
import { workerCommand } from './cli/worker.ts';
import { VERSION } from './util/version.ts';

/** What a program in a pipe ends with whose reader is gone (128 + SIGPIPE). */
const NOBODY_READS = 141;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(NOBODY_READS);
  });
}

await new Command('halve')
  .description(
    'Takes a CSV of products with image URLs, makes every image lighter, and gives the same CSV back.',
  )
  .version(VERSION)
  .addCommand(serveCommand())
  .addCommand(workerCommand())
  .addCommand(runCommand())
  .addCommand(listenCommand())
  .addCommand(doctorCommand())
  .addCommand(gcCommand())
  .parseAsync();
