// The whole flow without a server, into a folder. The state of a run that is not finished, or that something failed in,
// stays in DIR/.halve: the same command goes on where it stopped, and the mended failed file completes what is there.
import { createReadStream } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type App, openApp } from '../../app/open-app.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { readMended } from '../../finish/mended-file.ts';
import { tableOptions, toRequestOptions, type UploadFields } from '../../intake/options.ts';
import type { RequestRecord } from '../../records/schema.ts';
import type { FailureCount } from '../../records/statistics.ts';
import { createLog } from '../../util/log.ts';
import { another, claimFolder, type Folder, type Input, type Note, openInput } from './folder.ts';
import { openProgress } from './progress.ts';
import { placeFiles } from './result-files.ts';
import { countOf, recognisedText, refusalText } from './say.ts';
import { summaryOf } from './summary.ts';

export const EXIT = { allGood: 0, couldNotRun: 1, someFailed: 2 };
const POLL_MS = 200;

export interface Asked {
  fields: UploadFields;
  /** null when it was not given; with a `/` at its end. */
  publicUrl: string | null;
}

interface Run {
  app: App;
  folder: Folder;
  input: Input;
  asked: Asked;
}

/** `config` is for this folder. Resolves with the exit code. */
export async function runFile(
  file: string,
  { out, shown, config, asked }: { out: string; shown: string; config: Config; asked: Asked },
): Promise<number> {
  const input = await openInput(file);
  const folder = await claimFolder(out, { shown, input });
  try {
    const ended = await work({ folder, input, asked }, config);
    const { request, failures } = ended;
    const failed = await placeFiles(folder, request);
    if (failed === null) await folder.forgetState();
    const files = { ...folder.names(), failed };
    say(summaryOf(request, { failures, out: shown, files }));
    return failed === null ? EXIT.allGood : EXIT.someFailed;
  } finally {
    await folder.release();
  }
}

async function work(
  run: Omit<Run, 'app'>,
  config: Config,
): Promise<{ request: RequestRecord; failures: FailureCount[] }> {
  const { folder, asked } = run;
  const publicUrl = folder.begun === 'complete' ? folder.note!.public_url : (asked.publicUrl ?? '');
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
  try {
    const id = await (folder.begun === 'begin' ? begin : complete)({ ...run, app });
    app.wake();
    const request = await follow(app, id, () => interrupted);
    if (!request) throw new Error('stopped; the same command goes on from here');
    const failures =
      request.images_failed > 0 ? await app.records.statistics.failures(id, request.images_total) : [];
    return { request, failures };
  } finally {
    await app.stop();
  }
}

/** Makes the input a request, or finds the one that was begun with it. Resolves with its id. */
async function begin({ app, folder, input, asked: { fields, publicUrl } }: Run): Promise<string> {
  const options = toRequestOptions(fields);
  const table = tableOptions(fields);
  const source = createReadStream(input.path, { highWaterMark: 256 * 1024 });
  const received = await app.intake.settle(await app.intake.receive(source, input.name, table), table);
  const { check } = received;
  const readable = check.shape !== null && check.problems.length === 0;
  if (readable) {
    if (received.sha256 !== input.sha256) {
      await app.intake.discard(received.id);
      throw new Error(`${input.path} was changed while it was read`);
    }
    say(recognisedText(input.name, check, options));
    const { name, sha256 } = input;
    await beginNote(app, folder, { input: { name, sha256 }, options, public_url: publicUrl ?? '' });
  }
  const { request_id } = await app.intake
    .accept(received, {
      options,
      owner: '',
      webhookUrl: null,
      idempotencyKey: `run:${received.sha256}:${JSON.stringify([options, publicUrl ?? ''])}`,
    })
    .catch((error: unknown) => {
      throw error instanceof AppError
        ? new Error(refusalText(error, check.shape ? [] : check.candidates))
        : error;
    });
  await folder.write({ ...folder.note!, request_id });
  return request_id;
}

/** Goes on with what was begun alike; anything else of this input is begun anew, and what was is forgotten. */
async function beginNote(
  app: App,
  folder: Folder,
  asked: Pick<Note, 'input' | 'options' | 'public_url'>,
): Promise<void> {
  const { note } = folder;
  if (note && !note.done) {
    const { input, options, public_url } = note;
    if (isDeepStrictEqual(asked, { input, options, public_url })) return;
  }
  if (note?.request_id) await app.forget(note.request_id);
  await folder.write({
    version: 1,
    ...asked,
    request_id: null,
    done: false,
    mended: null,
    files: [...new Set([...(note?.files ?? []), 'images'])],
    failed: note?.failed ?? {},
  });
}

/** Opens the folder's request again with what was mended, once. Resolves with its id. */
async function complete({ app, folder, input, asked }: Run): Promise<string> {
  const note = folder.note!;
  const { requests, results } = app.records;
  const request = note.request_id === null ? null : await requests.get(note.request_id);
  if (!request) throw another(note, folder.shown);
  if (!note.done && request.revision === note.mended?.revision) return request.id;
  refuseOtherOptions(folder, asked);
  const open = () => createReadStream(input.path);
  const corrections = await readMended(open, { request, storage: app.storage, results }).catch(
    (error: unknown) => {
      throw error instanceof AppError ? new Error(refusalText(error)) : error;
    },
  );
  if (corrections === null) throw another(note, folder.shown);
  await folder.write({
    ...note,
    done: false,
    mended: { sha256: input.sha256, revision: request.revision + 1 },
  });
  const again = await requests.retry(request.id, corrections);
  const tried = `${countOf(again ?? 0, 'image')} to be tried again, ${countOf(corrections.length, 'URL')} mended`;
  say(`${input.name} completes the results of ${note.input.name}: ${tried}`);
  return request.id;
}

/** The rest of a run is made like its beginning. */
function refuseOtherOptions({ note, shown }: Folder, { fields, publicUrl }: Asked): void {
  const { options, public_url } = note!;
  const wanted = toRequestOptions(fields);
  const given = Object.entries(fields).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const other = given.find(([name]) => {
    const key = name as keyof typeof wanted;
    return !isDeepStrictEqual(wanted[key], options[key]);
  })?.[0];
  const named = other ?? (publicUrl === null || publicUrl === public_url ? null : 'public_url');
  if (named === null) return;
  const option = `--${named.replaceAll('_', '-')}`;
  throw new Error(`${shown} was made with another ${option}: leave it out, and the rest is made alike`);
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

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
