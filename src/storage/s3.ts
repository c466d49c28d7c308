// Objects in an S3 bucket, of AWS or of anything that speaks its protocol. Credentials are the SDK's own business.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { PutOptions, Storage } from '../ports.ts';
import { bound } from '../util/bound.ts';
import { loadSdk } from '../util/load-sdk.ts';
import { ownerOf } from '../util/own-keys.ts';
import type { BucketLocation } from '../util/storage-url.ts';
import { checkKey, checkListed, checkPrefix, headersOf, isBelow } from './keys.ts';

/** Attempts at one request by the SDK, with its backoff; who waits longer than that is the caller's choice. */
const ATTEMPTS = 4;
const SOCKETS = 64;
const DELETE_AT_ONCE = 1_000;

/** The objects below a prefix of a bucket, and what they are reached with. */
interface Objects {
  s3: typeof import('@aws-sdk/client-s3');
  Upload: typeof import('@aws-sdk/lib-storage').Upload;
  client: S3Client;
  Bucket: string;
  prefix: string;
}

/** @param filesUrl where the HTTP server answers for objects that are not public, ending in `/` */
export async function createS3Storage(location: BucketLocation, filesUrl: () => string): Promise<Storage> {
  const { bucket: Bucket, prefix, presignSeconds } = location;
  // For those who choose versions of Node and packages; it would stand in every log, once for each process.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const s3 = await loadSdk('@aws-sdk/client-s3', () => import('@aws-sdk/client-s3'));
  const { Upload } = await loadSdk('@aws-sdk/lib-storage', () => import('@aws-sdk/lib-storage'));
  const client = new s3.S3Client(configOf(location));
  sendContentMd5(client);
  const publicUrl = location.publicUrl ?? addressOf(location, await client.config.region());
  const objects: Objects = { s3, Upload, client, Bucket, prefix };
  return {
    ...bound(objects, { put, get, list, deletePrefix, removeUnfinished, check }),
    url: (key) => (presignSeconds ? filesUrl() : `${publicUrl}/`) + key,
    files: presignSeconds ? { link: (key) => link(objects, key, presignSeconds) } : null,
  };
}

function configOf({ endpoint, timeoutMs, ...location }: BucketLocation): S3ClientConfig {
  const region = location.region ?? (endpoint && !process.env.AWS_REGION ? 'us-east-1' : undefined);
  return {
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    forcePathStyle: location.pathStyle,
    maxAttempts: ATTEMPTS,
    // Not every server takes the SDK's own checksums; Content-MD5, added below, is checked by all of them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(timeoutMs, 10_000),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
      httpAgent: { keepAlive: true, maxSockets: SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
    },
  };
}

function sendContentMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { method: string; headers: Record<string, string>; body?: unknown };
      const { body } = request;
      // Bodies are never streams here: lib-storage cuts those into parts.
      if (typeof body === 'string' || body instanceof Uint8Array) {
        if (body.length > 0) request.headers['content-md5'] = createHash('md5').update(body).digest('base64');
      }
      return next(args);
    },
    { step: 'build', name: 'contentMd5' },
  );
}

async function put(
  { s3, Upload, client, Bucket, prefix }: Objects,
  key: string,
  body: Buffer | Readable,
  { contentType }: PutOptions,
): Promise<void> {
  const headers = headersOf(checkKey(key), contentType);
  const params = {
    Bucket,
    Key: prefix + key,
    ContentType: headers.contentType,
    ContentDisposition: headers.contentDisposition,
    CacheControl: headers.cacheControl,
  };
  if (Buffer.isBuffer(body)) await client.send(new s3.PutObjectCommand({ ...params, Body: body }));
  // In parts from 5 MB on; what breaks is aborted, so that no open upload is left to be paid for.
  else await new Upload({ client, params: { ...params, Body: body } }).done();
}

async function get({ s3, client, Bucket, prefix }: Objects, key: string): Promise<Readable | null> {
  try {
    const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key: prefix + checkKey(key) }));
    return Body as Readable;
  } catch (error) {
    if (error instanceof s3.NoSuchKey) return null;
    throw error;
  }
}

async function* list({ s3, client, Bucket, prefix }: Objects, under: string) {
  const below = checkListed(under);
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await client.send(
      new s3.ListObjectsV2Command({ Bucket, Prefix: prefix + below, ContinuationToken }),
    );
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      const key = Key!.slice(prefix.length);
      if (isBelow(below, key)) yield { key, bytes: Size ?? 0, modified: LastModified?.getTime() ?? 0 };
    }
    if (!page.IsTruncated) return;
    ContinuationToken = page.NextContinuationToken;
  }
}

async function deletePrefix(objects: Objects, under: string): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of list(objects, checkPrefix(under))) {
    keys.push(key);
    if (keys.length === DELETE_AT_ONCE) await deleteKeys(objects, keys.splice(0));
  }
  if (keys.length > 0) await deleteKeys(objects, keys);
}

async function deleteKeys({ s3, client, Bucket, prefix }: Objects, keys: string[]): Promise<void> {
  const Objects = keys.map((key) => ({ Key: prefix + key }));
  const { Errors } = await client.send(
    new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
  );
  const [first] = Errors ?? [];
  if (first) throw Object.assign(new Error(first.Message), { name: first.Code });
}

async function removeUnfinished(
  { s3, client, Bucket, prefix }: Objects,
  { ageMs, dryRun = false }: { ageMs: number; dryRun?: boolean },
): Promise<number | null> {
  let abandoned = 0;
  try {
    let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await client.send(
        new s3.ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...marker }),
      );
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        // Others may write to this bucket too, and what has no date is not known to be old.
        if (!ownerOf(Key!.slice(prefix.length)) || !Initiated) continue;
        if (Date.now() - Initiated.getTime() <= ageMs) continue;
        abandoned++;
        if (dryRun) continue;
        await client
          .send(new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
          .catch(unless('NoSuchUpload'));
      }
      if (!page.IsTruncated) return abandoned;
      marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  } catch (error) {
    // A server that has no such call, or a policy without it: a lifecycle rule of the bucket does the same.
    unless('NotImplemented', 'MethodNotAllowed', 'AccessDenied')(error as Error);
    return null;
  }
}

async function check({ s3, client, Bucket, prefix }: Objects): Promise<void> {
  // Below a prefix that nothing is below: allowed where listing is, and its answer is short.
  await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: `${prefix}halve-check/`, MaxKeys: 1 }));
}

/** The address of an object for whoever has it, while `seconds` last. */
async function link({ s3, client, Bucket, prefix }: Objects, key: string, seconds: number) {
  const { getSignedUrl } = await loadSdk(
    '@aws-sdk/s3-request-presigner',
    () => import('@aws-sdk/s3-request-presigner'),
  );
  const command = new s3.GetObjectCommand({ Bucket, Key: prefix + checkKey(key) });
  return { url: await getSignedUrl(client, command, { expiresIn: seconds }), seconds };
}

/** Where S3 itself answers for public objects, the prefix included, without `/` at its end. */
function addressOf({ endpoint, bucket, prefix, pathStyle }: BucketLocation, region: string): string {
  const server = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  // A certificate's `*` stands for one label, so a bucket with a dot cannot be one.
  const inPath = pathStyle || bucket.includes('.');
  const base = inPath
    ? `${server.origin}${server.pathname.replace(/\/$/, '')}/${bucket}`
    : `${server.protocol}//${bucket}.${server.host}`;
  return `${base}/${prefix}`.replace(/\/$/, '');
}

/** Rethrows all errors but those of these names. */
function unless(...names: string[]): (error: Error) => void {
  return (error) => {
    if (!names.includes(error.name)) throw error;
  };
}
