// Images of every format are served from a disk as what they are, and nothing else is.
import { expect, it } from 'vitest';
import { FORMATS, formatNames } from '../../src/formats.ts';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { sample } from '../fakes/pictures.ts';
import { serveFiles } from '../fakes/serve-files.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

const CONTENT_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
};

it.each(formatNames())('serves %s', async (format) => {
  const storage = createDiskStorage({ root: tempFolder(), publicUrl: () => '', alone: true });
  const { extension, contentType } = FORMATS[format];
  const bytes = await sample(format, 24, 16);
  await storage.put(`r/1.${extension}`, bytes, { contentType });
  const answer = await serveFiles(storage)(`r/1.${extension}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, CONTENT_TYPES[format]]);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
});

it.each(['r/input.csv', 'r/a.svg', 'r/a.html', 'r/jpg', 'r/a.jpg.txt'])('does not serve %s', async (key) => {
  const storage = createDiskStorage({ root: tempFolder(), publicUrl: () => '', alone: true });
  await storage.put(key, Buffer.from('text'), { contentType: 'text/csv' });
  expect((await serveFiles(storage)(key)).status).toBe(404);
});
