// Puts the files that a run ended with into its folder, each whole under its name; killed in between, it is done again.
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestRecord } from '../../records/schema.ts';
import { fileKey } from '../../request-files.ts';
import { digestOf, type Folder, move, type Note } from './folder.ts';

const MOVED = ['output', 'import', 'report'] as const;

/** Resolves with the name of the failed file; null when nothing has failed. */
export async function placeFiles(folder: Folder, request: RequestRecord): Promise<string | null> {
  const here = (name: string) => folder.here(name);
  const ours = folder.names();
  const from = here(fileKey('failed', request));
  const written = await digestOf(from);
  const failed = written === null ? null : await nameForFailed(folder);
  const before = folder.note!;
  // Said before it is done: what is there then and is not finished is known to be ours.
  const note: Note = {
    ...before,
    files: [...new Set([...before.files, ...MOVED.map((kind) => ours[kind])])],
    failed: failed && written ? { ...before.failed, [failed]: written } : before.failed,
  };
  const earlier = Object.entries(before.failed).filter(([name]) => name !== failed);
  await folder.write(note);
  for (const kind of MOVED) await move(here(fileKey(kind, request)), here(ours[kind]));
  if (failed) {
    const beside = join(folder.state, 'failed');
    await copyFile(from, beside);
    await rename(beside, here(failed));
  }
  const kept = failed && written ? { [failed]: written } : {};
  for (const [name, digest] of earlier) {
    if ((await digestOf(here(name))) !== digest) continue;
    if (await folder.isInput(name)) kept[name] = digest;
    else await rm(here(name));
  }
  await folder.write({ ...note, failed: kept, done: true });
  return failed;
}

/** The first name that is free, or has what we wrote. The input is never written to, and nothing that was mended is. */
async function nameForFailed(folder: Folder): Promise<string> {
  const { failed } = folder.names();
  for (let n = 1; ; n++) {
    const name = n === 1 ? failed : failed.replace(/(?=\.)/, `-${n}`);
    if (await folder.isInput(name)) continue;
    const digest = await digestOf(folder.here(name));
    if (digest === null || digest === folder.note?.failed[name]) return name;
  }
}
