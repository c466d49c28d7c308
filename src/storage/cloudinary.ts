// Objects at Cloudinary: images as the bytes that halve made, CSVs as private raw files.
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConfigOptions, UploadApiOptions } from 'cloudinary';
import { request } from 'undici';
import { FORMATS, formatOfKey, formatWithExtension } from '../formats.ts';
import type { Storage } from '../ports.ts';
import { bound } from '../util/bound.ts';
import { loadSdk } from '../util/load-sdk.ts';
import type { CloudinaryLocation } from '../util/storage-url.ts';
import { checkKey, checkListed, checkPrefix, isBelow } from './keys.ts';

/** Bytes of one request of a large upload; every one but the last must have at least 5 MB. */
const CHUNK_BYTES = 20_000_000;
const ATTEMPTS = 4;
const FIRST_RETRY_MS = 200;
/** The Admin API has few calls an hour, so its word is believed for a while. */
const CHECK_FRESH_MS = 5 * 60_000;
const PAGE = 500;

/** How a kind of object is kept. */
interface Kind {
  resource_type: 'image' | 'raw';
  type: 'upload' | 'private';
}
const IMAGE: Kind = { resource_type: 'image', type: 'upload' };
/** Nobody but the account reads it: it may list what is not for everybody. */
const FILE: Kind = { resource_type: 'raw', type: 'private' };
const KINDS = [IMAGE, FILE];

/** What Cloudinary's own failures look like. */
interface ApiError {
  http_code?: number;
  message?: string;
}

/** Where the objects are, and what lets us in. */
interface Account {
  sdk: typeof import('cloudinary').v2;
  access: ConfigOptions & { timeout: number };
  prefix: string;
}

export async function createCloudinaryStorage(location: CloudinaryLocation): Promise<Storage> {
  const { cloud, key: apiKey, secret, prefix, endpoint, timeoutMs } = location;
  const sdk = await loadSdk('cloudinary', async () => {
    // The SDK chooses between http and https once, while it is loaded, by this variable.
    if (endpoint?.startsWith('http:'))
      process.env.CLOUDINARY_URL ??= `cloudinary://k:s@c?upload_prefix=${endpoint}`;
    return (await import('cloudinary')).v2;
  });
  const access = {
    cloud_name: cloud,
    api_key: apiKey,
    api_secret: secret,
    upload_prefix: endpoint ?? 'https://api.cloudinary.com',
    secure: true,
    timeout: timeoutMs,
    signature_algorithm: 'sha256',
  };
  const publicUrl = location.publicUrl ?? `${endpoint ?? 'https://res.cloudinary.com'}/${cloud}`;
  let checkedAt = Number.NEGATIVE_INFINITY;
  const account: Account = { sdk, access, prefix };
  return {
    ...bound(account, { put, get, list, deletePrefix }),

    // As `secure_url`, but for its number of the version, which is different after every upload: without it, the newest.
    url(key) {
      const { public_id, format, resource_type, type } = idOf(account, key);
      return `${publicUrl}/${resource_type}/${type}/v1/${public_id}${format && `.${format}`}`;
    },

    async check() {
      if (Date.now() - checkedAt < CHECK_FRESH_MS) return;
      await sdk.api.ping(access).catch((error: unknown) => {
        throw asError((error as { error?: ApiError }).error ?? error);
      });
      checkedAt = Date.now();
    },

    files: null,
  };
}

async function put(account: Account, key: string, body: Buffer | Readable): Promise<void> {
  const { public_id, resource_type, type } = idOf(account, key);
  const options: UploadApiOptions = {
    ...account.access,
    public_id,
    resource_type,
    type,
    overwrite: true,
    invalidate: true,
  };
  await (Buffer.isBuffer(body) ? send(account, body, options) : sendStream(account, body, options));
}

/** From the account itself and not through the delivery network, which may still have what was there before. */
async function get(account: Account, key: string): Promise<Readable | null> {
  const { sdk, access } = account;
  const { timeout } = access;
  const { public_id, format, ...kind } = idOf(account, key);
  const response = await retrying(async () => {
    const url = sdk.utils.private_download_url(public_id, format, { ...access, ...kind });
    const answer = await request(url, { headersTimeout: timeout, bodyTimeout: timeout });
    if (answer.statusCode === 200 || answer.statusCode === 404) return answer;
    await answer.body.dump();
    throw asError({ http_code: answer.statusCode });
  });
  if (response.statusCode === 200) return response.body;
  await response.body.dump();
  return null;
}

async function* list({ sdk, access, prefix }: Account, under: string) {
  const below = checkListed(under);
  for (const { resource_type, type } of KINDS) {
    for (let next_cursor: string | undefined; ; ) {
      const page = await retrying(() =>
        sdk.api.resources({
          ...access,
          resource_type,
          type,
          prefix: prefix + below,
          max_results: PAGE,
          ...(next_cursor && { next_cursor }),
        }),
      );
      for (const { public_id, format, bytes, created_at } of page.resources) {
        const id = public_id.slice(prefix.length);
        const key = resource_type === 'image' ? `${id}.${extensionOf(format)}` : id;
        if (isBelow(below, key) || isBelow(below, id)) yield { key, bytes, modified: Date.parse(created_at) };
      }
      next_cursor = page.next_cursor;
      if (!next_cursor) break;
    }
  }
}

async function deletePrefix(account: Account, under: string): Promise<void> {
  const { sdk, access, prefix } = account;
  const below = checkPrefix(under);
  // Only the name of an object has a dot in its last part.
  if (below.lastIndexOf('.') > below.lastIndexOf('/')) {
    const { public_id, format: _, ...kind } = idOf(account, below);
    await retrying(() => sdk.uploader.destroy(public_id, { ...access, ...kind, invalidate: true }));
    return;
  }
  for (const kind of KINDS) {
    for (let next_cursor: string | undefined; ; ) {
      const answer = await retrying(() =>
        sdk.api.delete_resources_by_prefix(`${prefix}${below}/`, {
          ...access,
          ...kind,
          invalidate: true,
          ...(next_cursor && { next_cursor }),
        }),
      );
      // A thousand at most go in one call.
      next_cursor = answer.partial ? answer.next_cursor : undefined;
      if (!next_cursor) break;
    }
  }
}

/** An image's extension is its format and no part of its id; a raw file's id has it. */
function idOf({ prefix }: Account, key: string): Kind & { public_id: string; format: string } {
  if (!formatOfKey(checkKey(key))) return { ...FILE, public_id: prefix + key, format: '' };
  const dot = key.lastIndexOf('.');
  return { ...IMAGE, public_id: prefix + key.slice(0, dot), format: key.slice(dot + 1) };
}

function send({ sdk }: Account, bytes: Buffer, options: UploadApiOptions): Promise<void> {
  return retrying(
    () =>
      new Promise((resolve, reject) => {
        const done = (error: unknown) => (error ? reject(asError(error)) : resolve());
        sdk.uploader
          .upload_stream({ ...options, disable_promises: true }, done)
          .on('error', reject)
          .end(bytes);
      }),
  );
}

/** A request for every chunk, each with its place; the object is there after the last, and never before. */
async function sendStream(account: Account, body: Readable, options: UploadApiOptions): Promise<void> {
  const upload = { ...options, x_unique_upload_id: randomUUID() };
  let sent = 0;
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    held.push(part as Buffer);
    bytes += (part as Buffer).length;
    // Held back until more comes: only then is it known that it is not the last.
    while (bytes > CHUNK_BYTES) {
      const all = Buffer.concat(held);
      const chunk = all.subarray(0, CHUNK_BYTES);
      const content_range = `bytes ${sent}-${sent + chunk.length - 1}/-1`;
      await send(account, chunk, { ...upload, content_range });
      sent += chunk.length;
      held = [all.subarray(CHUNK_BYTES)];
      bytes -= CHUNK_BYTES;
    }
  }
  const last = Buffer.concat(held);
  const end = sent + last.length;
  await send(
    account,
    last,
    sent === 0 ? options : { ...upload, content_range: `bytes ${sent}-${end - 1}/${end}` },
  );
}

/** Cloudinary may call a format by another of its names than the key did. */
function extensionOf(theirs: string): string {
  const format = formatWithExtension(theirs);
  return format ? FORMATS[format].extension : theirs;
}

/** The SDK tries once. Every call here may be repeated: ids are fixed and an upload replaces. */
async function retrying<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      const error = asError((thrown as { error?: unknown }).error ?? thrown);
      const { http_code = 0 } = error as ApiError;
      // Refused for good: a repeat gets the same answer. 420 and 429 are limits of calls.
      const final = http_code >= 400 && http_code < 499 && http_code !== 420 && http_code !== 429;
      if (final || attempt === ATTEMPTS) throw error;
      await wait(FIRST_RETRY_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
}

/** The SDK throws plain objects. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { http_code, message } = (thrown ?? {}) as ApiError;
  return Object.assign(new Error(message ?? `the answer was ${http_code}`), {
    http_code,
    code: `http_${http_code}`,
  });
}
