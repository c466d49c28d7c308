// ARCHITECTURE.md names every file of src/, and none that is gone.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it('names the files that there are', () => {
  const text = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8');
  const table = text.slice(text.indexOf('## Files'));
  const named = [...table.matchAll(/`(?:src\/)?(?:[\w-]+\/)*([\w-]+\.ts)`/g)].map(([, name]) => name!);
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('migrations/'))
    .map((path) => basename(path));
  expect([...new Set(named)].sort()).toEqual([...new Set(files)].sort());
});
