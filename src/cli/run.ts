// `halve run FILE.csv --out DIR`: the whole flow without a server. The state of an unfinished run stays in DIR/.halve,
// so the same command goes on where it stopped.
import { createReadStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { type App, openApp } from '../app/open-app.ts';
import { AppError, messageOf } from '../errors.ts';
import { tableOptions, toRequestOptions, uploadFields } from '../intake/options.ts';
import type { RequestRecord } from '../records/schema.ts';
import type { FailureCount } from '../records/statistics.ts';
import { createLog } from '../util/log.ts';
import { openProgress } from './progress.ts';
import { summaryOf } from './run-summary.ts';
import { addSettings, settingsOf } from './settings.ts';

const EXIT = { allGood: 0, couldNotRun: 1, someFailed: 2 };
const POLL_MS = 200;

export function runCommand(): Command {
  const command = new Command('run')
    .description(
      'Process a CSV without a server: writes output.csv, report.csv, failed.csv and images/ to a folder.',
    )
    .argument('<file>', 'the CSV')
    .requiredOption('--out <dir>', 'folder for the results')
    .option(
      '--public-url <url>',
      'address the folder will be served at; without it the output column is relative to it',
    )
    .addHelpText('after', '\nExit code: 0 all good, 2 some images failed, 1 could not run.');
  const { properties } = z.toJSONSchema(uploadFields, { unrepresentable: 'any' });
  for (const [name, field] of Object.entries(properties as Record<string, z.core.JSONSchema.BaseSchema>)) {
    const choices = field.enum ? ` One of ${field.enum.join(', ')}.` : '';
    if (name !== 'webhook_url')
      command.option(`--${name.replaceAll('_', '-')} <value>`, field.description + choices);
  }
  addSettings(command);
  return command.action(async (file: string) => {
    process.exitCode = await run(command, file).catch((error: unknown) => {
      process.stderr.write(`halve: ${describe(error)}\n`);
      return EXIT.couldNotRun;
    });
  });
}

async function run(command: Command, file: string): Promise<number> {
  const given = command.opts<Record<string, string>>();
  const fields = uploadFields.safeParse(
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
        value,
      ]),
    ),
  );
  if (!fields.success) {
    throw new Error(
      fields.error.issues
        .map(({ path, message }) => `--${path.join('.').replaceAll('_', '-')}: ${message}`)
        .join('\n'),
    );
  }
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  const out = folderOf(given.out!);
  const state = join(out, '.halve');
  const config = settingsOf(command, {
    fixed: {
      HOST: '127.0.0.1',
      DATA_DIR: state,
      DATABASE_URL: `sqlite:${join(state, 'halve.sqlite')}`,
      REDIS_URL: '',
      STORAGE_URL: `file:${out}`,
      RETENTION_DAYS: '0',
    },
  });
  const publicUrl = given.publicUrl?.replace(/\/*$/, '/') ?? '';
  const app = await openApp({
    config: {
      ...config,
      // Links of a folder are nobody else's: a run publishes nothing.
      FIRESTORE: undefined,
      WORKERS: Math.max(1, config.WORKERS),
      // Whoever runs it chose the file; where the folder will be served says nothing about that.
      allowPrivateNetworks: config.ALLOW_PRIVATE_NETWORKS !== 'false',
    },
    log: createLog(process.env.LOG_LEVEL ?? 'error'),
    role: 'run',
    imageFolder: () => 'images',
    filesUrl: publicUrl,
  });
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (interrupted = true));
  let ended: RequestRecord | null = null;
  let failures: FailureCount[] = [];
  try {
    const options = toRequestOptions(fields.data);
    const table = tableOptions(fields.data);
    const source = createReadStream(file, { highWaterMark: 256 * 1024 });
    const received = await app.intake.settle(await app.intake.receive(source, basename(file), table), table);
    const { request_id } = await app.intake.accept(received, {
      options,
      owner: '',
      webhookUrl: null,
      // The same file with the same options in the same folder is the run that was begun.
      idempotencyKey: `run:${received.sha256}:${JSON.stringify([options, publicUrl])}`,
    });
    app.wake();
    ended = await follow(app, request_id, () => interrupted);
    if (ended?.images_failed)
      failures = await app.records.statistics.failures(request_id, ended.images_total);
  } finally {
    await app.stop();
  }
  if (!ended) throw new Error('stopped; the same command goes on from here');

  const { id, images_total, images_processed } = ended;
  const allGood = images_processed === images_total;
  for (const name of ['output.csv', 'report.csv', 'failed.csv']) {
    if (name === 'failed.csv' && allGood) await rm(join(out, name), { force: true });
    else await rename(join(out, id, name), join(out, name));
  }
  await rm(join(out, id), { recursive: true, force: true });
  await rm(join(out, '.unfinished'), { recursive: true, force: true });
  await rm(state, { recursive: true, force: true });
  process.stderr.write(`${summaryOf(ended, { failures, out: given.out! })}\n`);
  return allGood ? EXIT.allGood : EXIT.someFailed;
}

function folderOf(out: string): string {
  // The rest is not repeated: it may have a password.
  const scheme = /^([a-z][a-z0-9+.-]*:\/\/|file:)/i.exec(out)?.[0];
  if (scheme === undefined) return resolve(out);
  throw new Error(
    `--out takes a folder; a run cannot write to ${scheme} yet, only a server can (STORAGE_URL)`,
  );
}

/** Resolves with the request when it has ended, with null when it was interrupted. */
async function follow(app: App, id: string, interrupted: () => boolean): Promise<RequestRecord | null> {
  const progress = openProgress(process.stderr);
  try {
    for (;;) {
      const request = await app.records.requests.get(id);
      if (!request) throw new Error('the request is gone');
      progress.update(request);
      if (request.completed_at !== null) return request;
      if (interrupted()) return null;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    progress.stop();
  }
}

function describe(error: unknown): string {
  if (!(error instanceof AppError) || !error.errors) return messageOf(error);
  const lines = error.errors.map(
    ({ line, message }) => `  ${line === null ? '' : `line ${line}: `}${message}`,
  );
  return [error.message, ...lines].join('\n');
}
