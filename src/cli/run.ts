// `halve run FILE --out DIR`: the whole flow without a server; its command line.
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { type UploadFields, uploadFields } from '../intake/options.ts';
import { EXIT, runFile } from './run/run-file.ts';
import { addSettings, settingsOf } from './settings.ts';

const HELP = `
DIR gets output.*, import.*, report.csv, images/ and, if an image failed, failed.* (in the kind that came: .csv, .tsv, .txt).
  The same command again goes on where it was stopped; when it had ended, it makes the results anew.
  The failed file with its URLs mended completes them: halve run DIR/failed.csv --out DIR. Every image that had failed is
  tried again, and all files are written again as a whole. Rows may be left out; of what is left only the URLs may change.
  What still fails then is in failed.* again, or in failed-2.* and so on: a file that was mended, or that is the input, is
  never written to or removed.
  Any other file is refused in a folder that has results, as is a folder with a file that would be written over.

Exit code: 0 all good, 2 some images failed, 1 could not run.`;

export function runCommand(): Command {
  const command = new Command('run')
    .description(
      'Process a table without a server: its images, lighter, and the same table with the new URLs, into a folder.',
    )
    .argument('<file>', 'the table: CSV, tab-separated or other text')
    .requiredOption('--out <dir>', 'folder for the results')
    .option(
      '--public-url <url>',
      'address the folder will be served at; without it the output column is relative to it',
    )
    .addHelpText('after', HELP);
  const { properties } = z.toJSONSchema(uploadFields, { unrepresentable: 'any' });
  for (const [name, field] of Object.entries(properties as Record<string, z.core.JSONSchema.BaseSchema>)) {
    if (name === 'webhook_url') continue;
    const flags = `--${name.replaceAll('_', '-')} <value>`;
    const text = field.description + (field.enum ? ` One of ${field.enum.join(', ')}.` : '');
    if (field.type === 'array') command.option(flags, text, (value, all: string[] = []) => [...all, value]);
    else command.option(flags, text);
  }
  addSettings(command);
  return command.action(async (file: string) => {
    process.exitCode = await run(command, file).catch((error: unknown) => {
      process.stderr.write(`halve: ${messageOf(error)}\n`);
      return EXIT.couldNotRun;
    });
  });
}

async function run(command: Command, file: string): Promise<number> {
  const { out: shown, publicUrl } = command.opts<{ out: string; publicUrl?: string }>();
  const fields = fieldsOf(command);
  const out = folderOf(shown);
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
  const asked = { fields, publicUrl: publicUrl === undefined ? null : publicUrl.replace(/\/*$/, '/') };
  return runFile(file, { out, shown, config, asked });
}

function fieldsOf(command: Command): UploadFields {
  const fields = uploadFields.safeParse(
    Object.fromEntries(
      Object.entries(command.opts<Record<string, unknown>>()).map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    ),
  );
  if (fields.success) return fields.data;
  throw new Error(
    fields.error.issues
      .map(({ path, message }) => `--${path.join('.').replaceAll('_', '-')}: ${message}`)
      .join('\n'),
  );
}

function folderOf(out: string): string {
  // The rest is not repeated: it may have a password.
  const scheme = /^([a-z][a-z0-9+.-]*:\/\/|file:)/i.exec(out)?.[0];
  if (scheme === undefined) return resolve(out);
  throw new Error(
    `--out takes a folder; a run cannot write to ${scheme} yet, only a server can (STORAGE_URL)`,
  );
}
