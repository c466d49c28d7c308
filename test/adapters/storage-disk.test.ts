import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { imageKey } from '../../src/work/object-key.ts';
import { storageContract } from '../contracts/storage.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

const open = (root = tempFolder()) => createDiskStorage({ root, publicUrl: () => 'http://localhost/files/' });

storageContract('disk', async () => open());

it('refuses keys that could leave the folder', async () => {
  const storage = open();
  const keys = [
    '',
    '/',
    '../a',
    'a/../b',
    'a//b',
    '/etc/passwd',
    'a/.hidden',
    '.unfinished/x',
    'a\\b',
    'a\0b',
    'a/',
    'ä',
    'a b',
  ];
  for (const key of keys)
    await expect(storage.put(key, Buffer.from('x'), { contentType: 'text/plain' })).rejects.toThrow(
      'not an object key',
    );
});

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
  await storage.tidy!();
  expect(readdirSync(join(root, '.unfinished'))).toEqual(['new']);
});

it('makes keys that are safe of a thousand hostile URLs', async () => {
  const storage = open();
  const pieces = [
    '..',
    '%2e%2e',
    '%2f',
    '\\',
    '%00',
    'CON',
    '😀',
    'é',
    'é',
    ' ',
    "'",
    '"',
    '<',
    '&',
    'a'.repeat(300),
    '%ff',
    '.',
    '-',
    '_',
    '.jpg',
  ];
  const urls = Array.from({ length: 1000 }, (_, seed) => {
    const part = (n: number) => pieces[(seed * 7 + n * 13 + Math.floor(seed / (n + 3))) % pieces.length];
    return `http://h/${part(1)}/${part(2)}${part(3)}${part(4)}?${part(5)}`;
  });
  for (const [index, url] of urls.entries()) {
    const key = imageKey('r', { row: index + 1, position: 1, url });
    expect(key).toMatch(/^r\/\d+-1-[A-Za-z0-9_-]{1,60}$/);
    await storage.put(`${key}.jpg`, Buffer.from('x'), { contentType: 'image/jpeg' });
  }
});
