// The folder that `halve run` writes to: whose results it has, and what may be written there. Its note is `.halve/run.json`.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, type Stats } from 'node:fs';
import { readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
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

const LOCK = ['run.lock', 'run.lock-journal'];

export type Folder = Awaited<ReturnType<typeof claimFolder>>;

export async function openInput(path: string): Promise<Input> {
  const stats = await stat(path).catch(() => null);
  if (!stats) throw new Error(`there is no file ${path}`);
  if (!stats.isFile()) throw new Error(`${path} is no file; what comes through a pipe must be saved first`);
  return { path, name: basename(path), sha256: (await digestOf(path))!, stats };
}

/** What a run writes, by the kind that its input is of. */
export function namesFor(inputName: string) {
  const { ending } = kindOf(inputName);
  return {
    output: `output${ending}`,
    import: `import${ending}`,
    report: 'report.csv',
    failed: `failed${ending}`,
  };
}

/**
 * Takes the folder for this process. `shown` is how its user calls it.
 * @throws when another process has it, or it is not ours to write this input's results to: then it is as it was.
 */
export async function claimFolder(path: string, { shown, input }: { shown: string; input: Input }) {
  const state = join(path, '.halve');
  const made = mkdirSync(state, { recursive: true });
  const lock = holdExclusively(join(state, 'run'));
  let note: Note | null = null;

  const database = join(state, 'halve.sqlite');
  const here = (name: string) => join(path, name);
  const isInput = async (name: string) => {
    const found = await stat(here(name)).catch(() => null);
    return found !== null && found.ino === input.stats.ino && found.dev === input.stats.dev;
  };
  const isSame = () => note === null || note.input.sha256 === input.sha256;
  const names = () => namesFor(isSame() ? input.name : note!.input.name);

  async function refuseForeign(): Promise<void> {
    const { failed, ...others } = names();
    // In a folder of ours a failed file that is not ours is left alone: there are other names.
    for (const name of [...Object.values(others), 'images', ...(note ? [] : [failed])]) {
      if (await isInput(name))
        throw new Error(`${input.path} lies where ${name} would be written; give another --out`);
      if (existsSync(here(name)) && !note?.files.includes(name))
        throw new Error(
          `${join(shown, name)} is there already, and from no run into ${shown}; give another --out`,
        );
    }
  }

  /** `complete`: the input may be the mended failed file. */
  async function purpose(): Promise<'begin' | 'complete'> {
    await refuseForeign();
    if (!note || isSame()) return 'begin';
    if (!note.done) {
      if (note.mended?.sha256 === input.sha256) return 'complete';
      throw new Error(
        `the run of ${note.input.name} into ${shown} is not finished: run that again first, or give another --out`,
      );
    }
    if (!existsSync(database)) throw another(note, shown);
    return 'complete';
  }

  async function release(): Promise<void> {
    await rm(here('.unfinished'), { recursive: true, force: true });
    if (note?.done && note.request_id) await move(here(note.request_id), join(state, note.request_id));
    lock.close();
    if (!existsSync(database)) for (const name of LOCK) await rm(join(state, name), { force: true });
    if (note || made === undefined) return;
    await rm(state, { recursive: true, force: true });
    // The folders that were made for it, as far as nothing is in them.
    for (let folder = path; !relative(resolve(made), folder).startsWith('..'); folder = dirname(folder))
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        return;
  }

  const folder = {
    path,
    shown,
    state,
    database,
    here,
    isInput,
    names,
    purpose,
    release,
    get note() {
      return note;
    },
    async write(changed: Note): Promise<void> {
      note = changed;
      const unfinished = join(state, 'run.json.unfinished');
      await writeFile(unfinished, `${JSON.stringify(changed, null, 2)}\n`, { flush: true });
      await rename(unfinished, join(state, 'run.json'));
    },
    /** Nothing is left to be completed: only the note stays. */
    async forgetState(): Promise<void> {
      if (note?.request_id) await rm(here(note.request_id), { recursive: true, force: true });
      for (const name of await readdir(state))
        if (!/^run\.(json|lock)/.test(name)) await rm(join(state, name), { recursive: true, force: true });
    },
  };
  try {
    note = readNote(join(state, 'run.json'), shown);
    const begun = await purpose();
    // What was kept for completing stands where the storage looks for it.
    if (note?.request_id) await move(join(state, note.request_id), here(note.request_id));
    return Object.assign(folder, { begun });
  } catch (error) {
    await release();
    throw error;
  }
}

export function another(note: Note, shown: string): Error {
  return new Error(`${shown} has the results of ${note.input.name}; give another --out`);
}

function readNote(path: string, shown: string): Note | null {
  if (!existsSync(path)) return null;
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new Error(
      `${join(shown, '.halve', basename(path))} is none that this version of halve wrote; give another --out`,
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
