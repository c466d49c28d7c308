// ARCHITECTURE.md names every file of the source where it is, and none that is gone; no folder has too many beside each
// other, no file and no function too many lines.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
/** More files beside each other are a folder that should be two. */
const MOST_IN_A_FOLDER = 18;
const LONGEST_FILE = 300;
const LONGEST_FUNCTION = 80;
/** Longer functions there are still, and why. What is short by now must go from here. */
const LONG_FUNCTIONS = {
  'kernel/huffman-decode.ts decodeSequential':
    'bits, position and output stay in registers from block to block',
  'src/finish/finish-request.ts createFinisher': 'a factory that holds all it does',
  'src/http/routes/upload.ts uploadRoutes': 'most of it is what the OpenAPI document says',
  'src/intake/submit.ts createIntake': 'a factory that holds all it does',
  'web/src/parts/compare.tsx Compare': 'most of it is markup',
};

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

it('has no file longer than can be read at once', () => {
  const long = files.filter((file) => textOf(file).trimEnd().split('\n').length > LONGEST_FILE);
  expect(long).toEqual([]);
});

it('has no function longer than can be read at once', () => {
  const page = readdirSync(new URL('web/src', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => posix.join('web/src', path));
  expect([...files, ...page].flatMap(longFunctions).sort()).toEqual(Object.keys(LONG_FUNCTIONS));
});

function textOf(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

function longFunctions(file: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const long: string[] = [];
  function visit(node: ts.Node): void {
    const lines = lineOf(node.getEnd()) - lineOf(node.getStart()) + 1;
    if (ts.isFunctionLike(node) && lines > LONGEST_FUNCTION)
      long.push(`${file} ${node.name?.getText() ?? ''}`);
    ts.forEachChild(node, visit);
  }
  visit(source);
  return long;
}
