// Objects in a bucket of Google Cloud Storage, with application default credentials.
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { GetFilesOptions, GetFilesResponse } from '@google-cloud/storage';
import type { Storage } from '../ports.ts';
import { loadSdk } from '../util/load-sdk.ts';
import type { BucketLocation } from '../util/storage-url.ts';
import { checkKey, checkListed, checkPrefix, headersOf, isBelow } from './keys.ts';

/** Bytes of a stream that are held until the server has them, so that losing a connection loses none. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const DELETE_AT_ONCE = 50;
/** Waits of the SDK between its attempts at one request; who waits longer than that is the caller's choice. */
const RETRIES = { autoRetry: true, maxRetries: 3, retryDelayMultiplier: 2, totalTimeout: 60 };

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
  const bucket = client.bucket(name);
  const fileOf = (key: string) => bucket.file(prefix + checkKey(key));
  const publicUrl = location.publicUrl ?? `${endpoint ?? 'https://storage.googleapis.com'}/${name}/${prefix}`;

  async function* list(under: string) {
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

  return {
    async put(key, body, { contentType }) {
      const { cacheControl, contentDisposition } = headersOf(key, contentType);
      const metadata = { contentType, cacheControl, contentDisposition };
      const file = fileOf(key);
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
    },

    async get(key) {
      const stream = fileOf(key).createReadStream();
      try {
        // The request is made when somebody reads; only then is it known whether there is anything.
        await once(stream, 'readable');
        return stream;
      } catch (error) {
        if ((error as { code?: unknown }).code === 404) return null;
        throw error;
      }
    },

    list,

    async deletePrefix(under) {
      const deleting: Promise<unknown>[] = [];
      for await (const { key } of list(checkPrefix(under))) {
        deleting.push(fileOf(key).delete({ ignoreNotFound: true }));
        if (deleting.length === DELETE_AT_ONCE) await Promise.all(deleting.splice(0));
      }
      await Promise.all(deleting);
    },

    url: (key) => (presignSeconds ? filesUrl() : `${publicUrl.replace(/\/$/, '')}/`) + key,

    async check() {
      await bucket.getFiles({ prefix: `${prefix}halve-check/`, maxResults: 1, autoPaginate: false });
    },

    files: presignSeconds
      ? {
          async link(key) {
            const expires = Date.now() + presignSeconds * 1_000;
            const [url] = await fileOf(key).getSignedUrl({ version: 'v4', action: 'read', expires });
            return { url, seconds: presignSeconds };
          },
        }
      : null,
  };
}
