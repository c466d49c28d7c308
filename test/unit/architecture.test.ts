// ARCHITECTURE.md names every file of the source where it is, and none that is gone; no folder has too many beside each other.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
/** More files beside each other are a folder that should be two. */
const MOST_IN_A_FOLDER = 18;

const files = ['src', 'kernel'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('migrations/'))
    .map((path) => posix.join(folder, path)),
);

it('names the files that there are', () => {
  const text = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8');
  const rows = text.slice(text.indexOf('## Files')).matchAll(/^\| `((?:src|kernel)\/[\w/-]*)` \| (.*) \|$/gm);
  const named = [...rows].flatMap(([, folder, what]) =>
    [...what!.matchAll(/`([\w-]+\.ts)`/g)]
      .map(([, name]) => name!)
      .filter((name) => !(folder === 'src/records/' && name === 'dialect.ts'))
      .map((name) => posix.join(folder!, name)),
  );
  expect(named.sort()).toEqual(files.sort());
});

it('has no folder with more files than can be taken in', () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(posix.dirname(file), (counts.get(posix.dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MOST_IN_A_FOLDER)).toEqual([]);
});
