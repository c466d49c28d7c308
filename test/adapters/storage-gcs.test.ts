import { expect, it } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { storageContract, storageFaultContract } from '../contracts/storage.ts';
import { startGcs } from '../fakes/gcs.ts';

const JPEG = { contentType: 'image/jpeg' };
const filesUrl = () => 'https://halve.example/files/';

async function open(query = 'timeout=1') {
  const server = await startGcs();
  Object.assign(process.env, server.env);
  return { server, storage: await openStorage({ url: server.storageUrl('shop', query), filesUrl }) };
}

storageContract('Cloud Storage', async () => (await open('')).storage);
storageFaultContract('Cloud Storage', open);

it('sends images in one request with their headers, and CSVs as files to save', async () => {
  const { storage, server } = await open('');
  await storage.put('r/1-1-a.jpg', Buffer.from('bytes of an image'), JPEG);
  await storage.put('r/output.csv', Buffer.from('a,b'), { contentType: 'text/csv' });
  expect(server.objects.get('shop/r/1-1-a.jpg')!.metadata).toMatchObject({
    contentType: 'image/jpeg',
    cacheControl: 'public, max-age=31536000, immutable',
  });
  expect(server.objects.get('shop/r/output.csv')!.metadata).toMatchObject({
    contentType: 'text/csv',
    contentDisposition: 'attachment; filename="output.csv"',
    cacheControl: 'private, no-store',
  });
  expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
});

it('is refused without credentials', async () => {
  const server = await startGcs();
  const storage = await openStorage({ url: server.storageUrl('shop', 'anonymous=true'), filesUrl });
  await expect(storage.put('r/a.jpg', Buffer.from('x'), JPEG)).rejects.toThrow('Invalid Credentials');
});

it.each([
  ['gs://shop/a', 'https://storage.googleapis.com/shop/a/r/1.jpg'],
  ['gs://shop_1', 'https://storage.googleapis.com/shop_1/r/1.jpg'],
  ['gs://shop/a?public_url=https://cdn.example/x', 'https://cdn.example/x/r/1.jpg'],
  ['gs://shop/a?presign=7d', 'https://halve.example/files/r/1.jpg'],
])('links to an object of %s', async (url, expected) => {
  expect((await openStorage({ url, filesUrl })).url('r/1.jpg')).toBe(expected);
});

it('makes links to a private object that last as long as they say', async () => {
  const server = await startGcs();
  for (const name of ['1', '2']) {
    const object = { metadata: { name }, bytes: Buffer.from('private'), updated: '' };
    server.objects.set(`shop/r/${name}.jpg`, object);
  }
  Object.assign(process.env, server.keyEnv);
  const storage = await openStorage({ url: server.storageUrl('shop', 'presign=10m'), filesUrl });
  const files = storage.files as { link(key: string): Promise<{ url: string; seconds: number }> };
  const { url, seconds } = await files.link('r/1.jpg');
  expect([seconds, new URL(url).searchParams.get('X-Goog-Expires')]).toEqual([600, '600']);
  expect(await (await fetch(url)).text()).toBe('private');
  expect((await fetch(url.replace('r/1.jpg', 'r/2.jpg'))).status).toBe(403);
});
