import { expect, it } from 'vitest';
import { parseStorageUrl } from '../../src/util/storage-url.ts';

it('reads every form of STORAGE_URL', () => {
  expect(parseStorageUrl('file:/var/lib/halve')).toEqual({ scheme: 'file', folder: '/var/lib/halve' });
  expect(
    parseStorageUrl(
      's3://shop/a/b/?endpoint=http://127.0.0.1:9000/&region=auto&path_style=false&presign=12h&timeout=5',
    ),
  ).toMatchObject({
    bucket: 'shop',
    prefix: 'a/b/',
    endpoint: 'http://127.0.0.1:9000',
    region: 'auto',
    pathStyle: false,
    presignSeconds: 43_200,
    timeoutMs: 5_000,
  });
  expect(parseStorageUrl('gs://shop_1?anonymous=true')).toMatchObject({
    bucket: 'shop_1',
    prefix: '',
    anonymous: true,
  });
  expect(parseStorageUrl('cloudinary://12:a%2Fb@demo/shop')).toMatchObject({
    cloud: 'demo',
    key: '12',
    secret: 'a/b',
    prefix: 'shop/',
  });
});

it.each([
  ['ftp://x', 'must be file:DIR'],
  ['file:', 'names no folder'],
  ['s3://', 'names no bucket'],
  ['s3://key:secret@bucket', 'credentials do not go in here'],
  ['s3://bucket/a b', 'the prefix may have'],
  ['s3://bucket/.hidden', 'the prefix may have'],
  ['s3://bucket?presign=8d', '7d at most'],
  ['s3://bucket?presign=soon', 'presign must be'],
  ['s3://bucket?presign=1d&public_url=https://x', 'exclude each other'],
  ['s3://bucket?endpoint=minio:9000', 'endpoint must be an http'],
  ['s3://bucket?path_style=yes', 'true or false'],
  ['s3://bucket?regoin=x', '?regoin= is none of'],
  ['gs://bucket?region=x', '?region= is none of'],
  ['cloudinary://cloud', 'must be cloudinary://key:secret@cloud'],
])('refuses %s', (text, reason) => {
  expect(() => parseStorageUrl(text)).toThrow(reason);
});
