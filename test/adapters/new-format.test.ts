// A format that is added to the table of formats goes the whole way without another line.
import { randomUUID } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { runCommand } from '../../src/cli/run.ts';
import { toRequestOptions, uploadFields } from '../../src/intake/options.ts';
import { createDiskStorage } from '../../src/storage/disk.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { ownerOf } from '../../src/util/own-keys.ts';
import { formatName } from '../../web/src/format.ts';
import { keysOf } from '../contracts/storage.ts';
import { startCloudinary } from '../fakes/cloudinary.ts';
import { fetchOnce } from '../fakes/fetching.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { serveFiles } from '../fakes/serve-files.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

vi.mock('../../src/formats.ts', async (load) => {
  const module = await load<typeof import('../../src/formats.ts')>();
  const pretend = {
    label: 'Pretend Format',
    extension: 'pre',
    otherExtensions: ['pretend'],
    otherNames: ['pf'],
    contentType: 'image/x-pretend',
    loaders: ['Pretend'],
    animates: false,
    offered: true,
  };
  Object.assign(module.FORMATS, { pretend });
  return module;
});

it('may be asked for by each of its names, and the help names it', () => {
  for (const name of ['pretend', 'pf'])
    expect(toRequestOptions(uploadFields.parse({ format: name })).format).toBe('pretend');
  expect(toRequestOptions(uploadFields.parse({ format: 'jpg' })).format).toBe('jpeg');
  expect(toRequestOptions(uploadFields.parse({ format: 'same' })).format).toBeNull();
  expect(uploadFields.safeParse({ format: 'pre' }).success).toBe(false);
  const help = runCommand().helpInformation().replace(/\s+/g, ' ');
  expect(help).toContain('Format to deliver: jpeg, png, webp, avif, gif, tiff or pretend; `same` (default)');
});

it('is asked for when images are downloaded', async () => {
  const { server } = await fetchOnce({ body: 'bytes' });
  expect(server.requests.map(({ headers }) => headers.accept)).toEqual([
    'image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff,image/x-pretend,image/*;q=0.8,*/*;q=0.5',
  ]);
});

it('is served as what it is, and its keys are ours', async () => {
  const id = randomUUID();
  const storage = createDiskStorage({ root: tempFolder(), publicUrl: () => '', alone: true });
  await storage.put(`${id}/1.pre`, Buffer.from('bytes'), { contentType: 'image/x-pretend' });
  const answer = await serveFiles(storage)(`${id}/1.pre`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/x-pretend']);
  expect(await answer.text()).toBe('bytes');
  for (const key of [`${id}/1.pre`, `${id}/a/1.original.pretend`])
    expect([key, ownerOf(key)]).toEqual([key, { request: id }]);
  for (const key of [`${id}/1.pf`, `${id}/pre`, `${id}/.pre`, `${id}/a/.pre`])
    expect([key, ownerOf(key)]).toEqual([key, null]);
});

it('is an image to Cloudinary, listed under the key it was put under', async () => {
  const server = await startCloudinary();
  const storage = await openStorage({ url: server.storageUrl('shop'), filesUrl: () => '' });
  await storage.put('r/1.pre', await photoJpeg(8, 8), { contentType: 'image/x-pretend' });
  expect([...server.assets.keys()]).toEqual(['image/upload/shop/r/1']);
  server.assets.get('image/upload/shop/r/1')!.format = 'pretend';
  expect(await keysOf(storage, '')).toEqual(['r/1.pre']);
});

it('has its name on the page', () => {
  expect(formatName('pretend')).toBe('Pretend Format');
  expect(formatName('webp')).toBe('WebP');
});
