// The folder that `halve run` writes to: whose results it has, and what may be written there. Its note is `.halve/run.json`.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, type Stats } from 'node:fs';
import { readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { kindOf } from '../../http/download-name.ts';
import type { RequestOptions } from '../../ports.ts';
import { holdExclusively } from '../../records/connection/sqlite.ts';

const noteSchema = z.object({
  version: z.literal(1),
  /** Whose results these are. */
  input: z.object({ name: z.string(), sha256: z.string() }),
  options: z.custom<RequestOptions>((value) => typeof value === 'object' && value !== null),
  public_url: z.string(),
  /** null until the input was accepted. */
  request_id: z.string().nullable(),
  /** False from the moment that something is begun until its files are in the folder. */
  done: z.boolean(),
  /** The mended file that was completed with last, and which turn of the request it began. */
  mended: z.object({ sha256: z.string(), revision: z.number() }).nullable(),
  /** What was written beside the failed files. */
  files: z.array(z.string()),
  /** Failed files as they were written: name and SHA-256. One that reads otherwise now is somebody's work. */
  failed: z.record(z.string(), z.string()),
});
export type Note = z.output<typeof noteSchema>;

export interface Input {
  path: string;
  name: string;
  sha256: string;
  stats: Stats;
}

const NOTE = 'run.json';
const DATABASE = 'halve.sqlite';
const LOCK = ['run.lock', 'run.lock-journal'];

export async function openInput(path: string): Promise<Input> {
  const stats = await stat(path).catch(() => null);
  if (!stats) throw new Error(`there is no file ${path}`);
  if (!stats.isFile()) throw new Error(`${path} is no file; what comes through a pipe must be saved first`);
  return { path, name: basename(path), sha256: (await digestOf(path))!, stats };
}

/** What a run writes, by the kind that its input is of. */
function namesFor(inputName: string) {
  const { ending } = kindOf(inputName);
  return {
    output: `output${ending}`,
    import: `import${ending}`,
    report: 'report.csv',
    failed: `failed${ending}`,
  };
}

/** A folder that this process has taken; to be released once. */
export class Folder {
  /** `complete`: the input may be the mended failed file. */
  readonly begun: 'begin' | 'complete';
  #note: Note | null;
  readonly #claim: Claim;

  constructor(claim: Claim, { note, begun }: { note: Note | null; begun: 'begin' | 'complete' }) {
    this.#claim = claim;
    this.#note = note;
    this.begun = begun;
  }

  get note(): Note | null {
    return this.#note;
  }

  get shown(): string {
    return this.#claim.shown;
  }

  get state(): string {
    return this.#claim.state;
  }

  here(name: string): string {
    return join(this.#claim.path, name);
  }

  isInput(name: string): Promise<boolean> {
    return isSameFile(this.here(name), this.#claim.input);
  }

  names() {
    return namesIn(this.#note, this.#claim.input);
  }

  async write(note: Note): Promise<void> {
    this.#note = note;
    const unfinished = join(this.state, 'run.json.unfinished');
    await writeFile(unfinished, `${JSON.stringify(note, null, 2)}\n`, { flush: true });
    await rename(unfinished, join(this.state, NOTE));
  }

  /** Nothing is left to be completed: only the note stays. */
  async forgetState(): Promise<void> {
    if (this.#note?.request_id) await rm(this.here(this.#note.request_id), { recursive: true, force: true });
    for (const name of await readdir(this.state))
      if (!/^run\.(json|lock)/.test(name)) await rm(join(this.state, name), { recursive: true, force: true });
  }

  release(): Promise<void> {
    return release(this.#claim, this.#note);
  }
}

interface Claim {
  path: string;
  /** As its user calls it. */
  shown: string;
  state: string;
  input: Input;
  /** The first of the folders that were made for it; undefined when all were there. */
  made: string | undefined;
  lock: { close(): void };
}

/**
 * Takes the folder for this process.
 * @throws when another process has it, or it is not ours to write this input's results to: then it is as it was.
 */
export async function claimFolder(
  path: string,
  { shown, input }: { shown: string; input: Input },
): Promise<Folder> {
  const state = join(path, '.halve');
  const made = mkdirSync(state, { recursive: true });
  const claim: Claim = { path, shown, state, input, made, lock: holdExclusively(join(state, 'run')) };
  let note: Note | null = null;
  try {
    note = readNote(claim);
    const begun = await purposeOf(claim, note);
    // What was kept for completing stands where the storage looks for it.
    if (note?.request_id) await move(join(state, note.request_id), join(path, note.request_id));
    return new Folder(claim, { note, begun });
  } catch (error) {
    await release(claim, note);
    throw error;
  }
}

async function purposeOf(claim: Claim, note: Note | null): Promise<'begin' | 'complete'> {
  const { shown, state, input } = claim;
  await refuseForeign(claim, note);
  if (!note || note.input.sha256 === input.sha256) return 'begin';
  if (!note.done) {
    if (note.mended?.sha256 === input.sha256) return 'complete';
    throw new Error(
      `the run of ${note.input.name} into ${shown} is not finished: run that again first, or give another --out`,
    );
  }
  if (!existsSync(join(state, DATABASE))) throw another(note, shown);
  return 'complete';
}

async function refuseForeign({ path, shown, input }: Claim, note: Note | null): Promise<void> {
  const { failed, ...others } = namesIn(note, input);
  // In a folder of ours a failed file that is not ours is left alone: there are other names.
  for (const name of [...Object.values(others), 'images', ...(note ? [] : [failed])]) {
    if (await isSameFile(join(path, name), input))
      throw new Error(`${input.path} lies where ${name} would be written; give another --out`);
    if (existsSync(join(path, name)) && !note?.files.includes(name))
      throw new Error(
        `${join(shown, name)} is there already, and from no run into ${shown}; give another --out`,
      );
  }
}

async function release({ path, state, made, lock }: Claim, note: Note | null): Promise<void> {
  await rm(join(path, '.unfinished'), { recursive: true, force: true });
  if (note?.done && note.request_id) await move(join(path, note.request_id), join(state, note.request_id));
  lock.close();
  if (!existsSync(join(state, DATABASE)))
    for (const name of LOCK) await rm(join(state, name), { force: true });
  if (note || made === undefined) return;
  await rm(state, { recursive: true, force: true });
  try {
    for (let folder = path; !relative(made, folder).startsWith('..'); folder = dirname(folder))
      await rmdir(folder);
  } catch {
    // Something is in it by now: it stays, with those above it.
  }
}

function namesIn(note: Note | null, input: Input) {
  return namesFor(note && note.input.sha256 !== input.sha256 ? note.input.name : input.name);
}

async function isSameFile(path: string, { stats }: Input): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.ino === stats.ino && found.dev === stats.dev;
}

export function another(note: Note, shown: string): Error {
  return new Error(`${shown} has the results of ${note.input.name}; give another --out`);
}

function readNote({ state, shown }: Claim): Note | null {
  const path = join(state, NOTE);
  if (!existsSync(path)) return null;
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new Error(
      `${join(shown, '.halve', NOTE)} is none that this version of halve wrote; give another --out`,
    );
  }
}

/** Moves a file or folder; nothing happens when it is not there. */
export async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Hex SHA-256 of a file; null when it is not there. */
export async function digestOf(path: string): Promise<string | null> {
  const digest = createHash('sha256');
  try {
    await pipeline(createReadStream(path), digest);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return digest.digest('hex');
}
