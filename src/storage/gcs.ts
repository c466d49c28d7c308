// Objects in a bucket of Google Cloud Storage, with application default credentials.
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Bucket, GetFilesOptions, GetFilesResponse } from '@google-cloud/storage';
import type { PutOptions, Storage } from '../ports.ts';
import { bound } from '../util/bound.ts';
import { loadSdk } from '../util/load-sdk.ts';
import type { BucketLocation } from '../util/storage-url.ts';
import { checkKey, checkListed, checkPrefix, headersOf, isBelow } from './keys.ts';

/** Bytes of a stream that are held until the server has them, so that losing a connection loses none. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const DELETE_AT_ONCE = 50;
/** Waits of the SDK between its attempts at one request; who waits longer than that is the caller's choice. */
const RETRIES = { autoRetry: true, maxRetries: 3, retryDelayMultiplier: 2, totalTimeout: 60 };

/** The objects below a prefix of a bucket. */
interface Objects {
  bucket: Bucket;
  prefix: string;
}

const fileOf = ({ bucket, prefix }: Objects, key: string) => bucket.file(prefix + checkKey(key));

/** @param filesUrl where the HTTP server answers for objects that are not public, ending in `/` */
export async function createGcsStorage(location: BucketLocation, filesUrl: () => string): Promise<Storage> {
  const { bucket: name, prefix, endpoint, presignSeconds, timeoutMs, anonymous } = location;
  const gcs = await loadSdk('@google-cloud/storage', () => import('@google-cloud/storage'));
  const client = new gcs.Storage({
    ...(endpoint && { apiEndpoint: endpoint, useAuthWithCustomEndpoint: !anonymous }),
    ...(anonymous && { projectId: 'anonymous' }),
    timeout: timeoutMs,
    // Keys say what is in them, so writing or deleting one twice is as good as once.
    retryOptions: { ...RETRIES, idempotencyStrategy: gcs.IdempotencyStrategy.RetryAlways },
  });
  const objects: Objects = { bucket: client.bucket(name), prefix };
  const publicUrl = location.publicUrl ?? `${endpoint ?? 'https://storage.googleapis.com'}/${name}/${prefix}`;
  return {
    ...bound(objects, { put, get, list, deletePrefix, check }),
    url: (key) => (presignSeconds ? filesUrl() : `${publicUrl.replace(/\/$/, '')}/`) + key,
    files: presignSeconds ? { link: (key) => link(objects, key, presignSeconds) } : null,
  };
}

async function put(
  objects: Objects,
  key: string,
  body: Buffer | Readable,
  { contentType }: PutOptions,
): Promise<void> {
  const { cacheControl, contentDisposition } = headersOf(key, contentType);
  const metadata = { contentType, cacheControl, contentDisposition };
  const file = fileOf(objects, key);
  if (Buffer.isBuffer(body)) return file.save(body, { metadata, resumable: false, validation: 'crc32c' });
  // Begun by a call of its own, since the stream's own beginning sends no credentials to another endpoint. An upload
  // that is not ended makes no object.
  const [uri] = await file.createResumableUpload({ metadata });
  const upload = {
    uri,
    offset: 0,
    chunkSize: CHUNK_BYTES,
    resumable: true,
    validation: 'crc32c' as const,
  };
  await pipeline(body, file.createWriteStream(upload));
}

async function get(objects: Objects, key: string): Promise<Readable | null> {
  const stream = fileOf(objects, key).createReadStream();
  try {
    // The request is made when somebody reads; only then is it known whether there is anything.
    await once(stream, 'readable');
    return stream;
  } catch (error) {
    if ((error as { code?: unknown }).code === 404) return null;
    throw error;
  }
}

async function* list({ bucket, prefix }: Objects, under: string) {
  const below = checkListed(under);
  for (let query: GetFilesOptions | null = { prefix: prefix + below, autoPaginate: false }; query; ) {
    const [files, next]: GetFilesResponse = await bucket.getFiles(query);
    for (const { name: path, metadata } of files) {
      const key = path.slice(prefix.length);
      const modified = Date.parse(metadata.updated ?? '') || 0;
      if (isBelow(below, key)) yield { key, bytes: Number(metadata.size ?? 0), modified };
    }
    query = next as GetFilesOptions | null;
  }
}

async function deletePrefix(objects: Objects, under: string): Promise<void> {
  const deleting: Promise<unknown>[] = [];
  for await (const { key } of list(objects, checkPrefix(under))) {
    deleting.push(fileOf(objects, key).delete({ ignoreNotFound: true }));
    if (deleting.length === DELETE_AT_ONCE) await Promise.all(deleting.splice(0));
  }
  await Promise.all(deleting);
}

async function check({ bucket, prefix }: Objects): Promise<void> {
  await bucket.getFiles({ prefix: `${prefix}halve-check/`, maxResults: 1, autoPaginate: false });
}

/** The address of an object for whoever has it, while `seconds` last. */
async function link(objects: Objects, key: string, seconds: number) {
  const expires = Date.now() + seconds * 1_000;
  const [url] = await fileOf(objects, key).getSignedUrl({ version: 'v4', action: 'read', expires });
  return { url, seconds };
}
