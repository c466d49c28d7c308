import { createHash } from 'node:crypto';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { keysOf, read, storageContract, storageFaultContract } from '../contracts/storage.ts';
import { BUCKET, S3_ENV, startS3 } from '../fakes/s3.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';

const JPEG = { contentType: 'image/jpeg' };
const filesUrl = () => 'https://halve.example/files/';

beforeAll(() => void Object.assign(process.env, S3_ENV));

async function open(query = 'timeout=1') {
  const server = await startS3();
  return {
    server,
    openUploads: server.openUploads,
    storage: await openStorage({ url: server.storageUrl('shop', query), filesUrl }),
  };
}

storageContract('S3', async () => (await open('')).storage);
storageFaultContract('S3', open);

it('sends images in one request with their headers, and CSVs as files to save', async () => {
  const { storage, server } = await open();
  const bytes = Buffer.from('bytes of an image');
  await storage.put('r/1-1-a.jpg', bytes, JPEG);
  await storage.put('r/output.csv', Buffer.from('a,b'), { contentType: 'text/csv' });
  const [image, csv] = server.requests.map(({ method, path, headers }) => ({
    method,
    path: path.split('?')[0],
    headers,
  }));
  expect(image).toMatchObject({
    method: 'PUT',
    path: `/${BUCKET}/shop/r/1-1-a.jpg`,
    headers: {
      'content-type': 'image/jpeg',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-md5': createHash('md5').update(bytes).digest('base64'),
      'content-length': String(bytes.length),
    },
  });
  expect(csv!.headers).toMatchObject({
    'content-type': 'text/csv',
    'content-disposition': 'attachment; filename="output.csv"',
    'cache-control': 'private, no-store',
  });
  expect(server.requests).toHaveLength(2);
});

it('lists and deletes in pages', async () => {
  // s3rver cannot page: its tokens need a cipher that OpenSSL no longer has. So the pages are given here.
  const server = await startS3();
  const pages = [['a', 'b'], ['c', 'd'], ['e']];
  const deleted: string[] = [];
  const paging = await startReceiver((request, response) => {
    const { searchParams, pathname } = new URL(request.url!, 'http://x');
    expect(pathname).toBe(`/${BUCKET}/`);
    if (request.method === 'POST') {
      const keys = [...paging.hits.at(-1)!.body.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key!);
      deleted.push(...keys);
      return void response.end('<?xml version="1.0"?><DeleteResult/>');
    }
    const page = Number(searchParams.get('continuation-token') ?? 0);
    const more = page + 1 < pages.length;
    const contents = pages[page]!.map(
      (name) => `<Contents><Key>shop/r/${name}.jpg</Key><Size>1</Size></Contents>`,
    );
    const next = more ? `<NextContinuationToken>${page + 1}</NextContinuationToken>` : '';
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  });
  onTestFinished(() => paging.close());
  const url = server.storageUrl('shop').replace(server.url, paging.url);
  const storage = await openStorage({ url, filesUrl });
  expect(await keysOf(storage, 'r')).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `r/${name}.jpg`));
  await storage.deletePrefix('r');
  expect(deleted).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `shop/r/${name}.jpg`));
});

it('is refused with a wrong secret', async () => {
  const server = await startS3();
  process.env.AWS_SECRET_ACCESS_KEY = 'another';
  const storage = await openStorage({ url: server.storageUrl('shop'), filesUrl });
  await expect(storage.put('r/a.jpg', Buffer.from('x'), JPEG)).rejects.toThrow('SignatureDoesNotMatch');
  Object.assign(process.env, S3_ENV);
  const allowed = await openStorage({ url: server.storageUrl('shop'), filesUrl });
  await allowed.put('r/a.jpg', Buffer.from('x'), JPEG);
  expect(String(await read(allowed, 'r/a.jpg'))).toBe('x');
});

it.each([
  ['s3://shop/a', 'https://shop.s3.eu-central-1.amazonaws.com/a/r/1.jpg'],
  ['s3://shop.example/a?region=us-west-2', 'https://s3.us-west-2.amazonaws.com/shop.example/a/r/1.jpg'],
  ['s3://shop?path_style=true', 'https://s3.eu-central-1.amazonaws.com/shop/r/1.jpg'],
  ['s3://shop/a?endpoint=https://minio.example:9000', 'https://minio.example:9000/shop/a/r/1.jpg'],
  ['s3://shop/a?endpoint=https://minio.example&path_style=false', 'https://shop.minio.example/a/r/1.jpg'],
  ['s3://shop/a?public_url=https://cdn.example/x/', 'https://cdn.example/x/r/1.jpg'],
  ['s3://shop/a?presign=1h', 'https://halve.example/files/r/1.jpg'],
])('links to an object of %s', async (url, expected) => {
  expect((await openStorage({ url, filesUrl })).url('r/1.jpg')).toBe(expected);
});

it('makes links to a private object that last as long as they say', async () => {
  const { storage, server } = await open('presign=10m');
  await storage.put('r/1.jpg', Buffer.from('private'), JPEG);
  const files = storage.files as { link(key: string): Promise<{ url: string; seconds: number }> };
  const { url, seconds } = await files.link('r/1.jpg');
  expect(seconds).toBe(600);
  expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('600');
  expect(await (await fetch(url)).text()).toBe('private');
  const forged = url.replace('r/1.jpg', 'r/2.jpg');
  expect((await fetch(forged)).status).toBe(403);
  expect(server.requests.at(-1)!.path).toContain('/shop/r/2.jpg');
});
