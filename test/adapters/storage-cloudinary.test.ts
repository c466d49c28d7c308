import { expect, it } from 'vitest';
import { FORMATS, formatNames } from '../../src/formats.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { storageContract, storageFaultContract } from '../contracts/storage.ts';
import { startCloudinary } from '../fakes/cloudinary.ts';
import { photoJpeg, sample } from '../fakes/pictures.ts';

const JPEG = { contentType: 'image/jpeg' };
const filesUrl = () => 'https://halve.example/files/';

async function open(query = 'timeout=1') {
  const server = await startCloudinary();
  return { server, storage: await openStorage({ url: server.storageUrl('shop', query), filesUrl }) };
}

storageContract('Cloudinary', async () => (await open('')).storage);
storageFaultContract('Cloudinary', open);

it('keeps images as they are under fixed ids, public, and CSVs as private raw files', async () => {
  const { storage, server } = await open('');
  const jpeg = await photoJpeg(32, 32);
  await storage.put('r/1-1-a.jpg', jpeg, JPEG);
  await storage.put('r/output.csv', Buffer.from('a,b'), { contentType: 'text/csv' });
  expect([...server.assets.keys()]).toEqual(['image/upload/shop/r/1-1-a', 'raw/private/shop/r/output.csv']);
  expect(server.assets.get('image/upload/shop/r/1-1-a')!.bytes.equals(jpeg)).toBe(true);
  const delivered = await fetch(storage.url('r/1-1-a.jpg'));
  expect(Buffer.from(await delivered.arrayBuffer()).equals(jpeg)).toBe(true);
  expect((await fetch(storage.url('r/output.csv'))).status).toBe(404);
});

it.each(formatNames())('keeps %s as a public image', async (format) => {
  const { storage, server } = await open('');
  const bytes = await sample(format, 24, 16);
  const { extension, contentType } = FORMATS[format];
  await storage.put(`r/1.${extension}`, bytes, { contentType });
  expect([...server.assets.keys()]).toEqual(['image/upload/shop/r/1']);
  const delivered = await fetch(storage.url(`r/1.${extension}`));
  expect(Buffer.from(await delivered.arrayBuffer()).equals(bytes)).toBe(true);
});

it('is refused with a wrong secret, without trying again', async () => {
  const { server } = await open('');
  const storage = await openStorage({
    url: server.storageUrl('shop').replace('not-a-secret', 'another'),
    filesUrl,
  });
  await expect(storage.put('r/a.jpg', await photoJpeg(8, 8), JPEG)).rejects.toThrow('Invalid Signature');
  await expect(storage.get('r/a.jpg')).rejects.toThrow('401');
  await expect(storage.check()).rejects.toThrow('Invalid credentials');
  expect(server.requests).toHaveLength(3);
});

it('believes the account for a while, since it may be asked only so often', async () => {
  const { storage, server } = await open('');
  for (let times = 0; times < 20; times++) await storage.check();
  expect(server.requests).toHaveLength(1);
});

it.each([
  ['cloudinary://k:s@shop/a/b', 'https://res.cloudinary.com/shop/image/upload/v1/a/b/r/1.jpg'],
  [
    'cloudinary://k:s@shop?public_url=https://images.example/shop',
    'https://images.example/shop/image/upload/v1/r/1.jpg',
  ],
])('links to an object of %s', async (url, expected) => {
  expect((await openStorage({ url, filesUrl })).url('r/1.jpg')).toBe(expected);
});
