import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { withFaults } from '../../src/storage/faults.ts';
import { checkKeyTemplate, fillKeyTemplate } from '../../src/util/key-template.ts';
import { storageContract } from '../contracts/storage.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

const open = (root = tempFolder(), alone = true) =>
  createDiskStorage({ root, publicUrl: () => 'http://localhost/files/', alone });

storageContract('disk', async () => withFaults(open(), 'file'));

it('leaves no unfinished file behind', async () => {
  const root = tempFolder();
  const storage = open(root);
  async function* broken() {
    yield Buffer.from('x');
    throw new Error('cut off');
  }
  await storage.put('r/a.csv', Buffer.from('x'), { contentType: 'text/csv' });
  await storage.put('r/b.csv', Readable.from(broken()), { contentType: 'text/csv' }).catch(() => {});
  expect(readdirSync(join(root, '.unfinished'))).toEqual([]);
  expect(readdirSync(join(root, 'r'))).toEqual(['a.csv']);
});

it('removes what killed writes left behind a day ago, and nothing that may still be written', async () => {
  const root = tempFolder();
  const storage = open(root);
  for (const name of ['old', 'new']) writeFileSync(join(root, '.unfinished', name), name);
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(root, '.unfinished', 'old'), yesterday, yesterday);
  expect(await storage.removeUnfinished!({ ageMs: 24 * 3_600_000, dryRun: true })).toBe(1);
  expect(readdirSync(join(root, '.unfinished')).sort()).toEqual(['new', 'old']);
  expect(await storage.removeUnfinished!({ ageMs: 24 * 3_600_000 })).toBe(1);
  expect(readdirSync(join(root, '.unfinished'))).toEqual(['new']);
});

it('forgets what broken writes left only where it is alone', async () => {
  const root = tempFolder();
  open(root);
  writeFileSync(join(root, '.unfinished', 'half'), 'ha');
  open(root, false);
  expect(readdirSync(join(root, '.unfinished'))).toEqual(['half']);
  open(root);
  expect(readdirSync(join(root, '.unfinished'))).toEqual([]);
});

it('shows no partial file after kill -9 in the middle of writing', async () => {
  const root = tempFolder();
  const program = `
    import { Readable } from 'node:stream';
    const { createDiskStorage } = await import(${JSON.stringify(new URL('../../src/storage/disk.ts', import.meta.url).href)});
    const storage = createDiskStorage({ root: ${JSON.stringify(root)}, publicUrl: () => '', alone: false });
    async function* endless() { for (;;) yield Buffer.alloc(65536, 7); }
    void storage.put('r/endless.csv', Readable.from(endless()), { contentType: 'text/csv' });
    for (let n = 0; ; n++) {
      await storage.put('r/' + n + '.jpg', Buffer.alloc(300000, 7), { contentType: 'image/jpeg' });
      if (n === 50) process.stdout.write('going');
    }`;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const storage = open(root, false);
    let files = 0;
    for await (const { key, bytes } of storage.list('')) {
      expect([key, bytes]).toEqual([expect.stringMatching(/^r\/\d+\.jpg$/), 300_000]);
      files++;
    }
    expect(files).toBeGreaterThan(50);
  }
  open(root);
  expect(readdirSync(join(root, '.unfinished'))).toEqual([]);
});

it('stores under keys made of a thousand hostile URLs and product names, each in its place', async () => {
  const root = tempFolder();
  const storage = open(root);
  const template = checkKeyTemplate('{request_id}/{product}/{row}-{position}-{name}');
  const keys = Array.from({ length: 1000 }, (_, seed) => {
    const part = (n: number) => HOSTILE[(seed * 7 + n * 13 + Math.floor(seed / (n + 3))) % HOSTILE.length]!;
    return fillKeyTemplate(template, {
      folder: 'r',
      row: seed + 1,
      position: 1,
      seq: seed + 1,
      url: `http://h/${part(1)}/${part(2)}${part(3)}${part(4)}?${part(5)}`,
      product: part(6) + part(7),
    });
  });
  for (const [index, key] of keys.entries()) {
    expect(key).toMatch(/^r\/[A-Za-z0-9_-]{1,60}\/\d+-1-[A-Za-z0-9_-]{1,60}$/);
    await storage.put(`${key}.jpg`, Buffer.from(String(index)), { contentType: 'image/jpeg' });
  }
  for (const [index, key] of keys.entries())
    expect(readFileSync(join(root, `${key}.jpg`), 'utf8')).toBe(String(index));
  expect(readdirSync(root).sort()).toEqual(['.unfinished', 'r']);
});

const HOSTILE = [
  '..',
  '../../../etc/passwd',
  '%2e%2e',
  '%2f',
  '\\',
  '%00',
  '\0',
  'CON',
  '😀',
  'é',
  'e\u0301',
  ' ',
  "'",
  '"',
  '<',
  '&',
  '{row}',
  '$&',
  'a'.repeat(300),
  '%ff',
  '.',
  '-',
  '_',
  '.jpg',
];
