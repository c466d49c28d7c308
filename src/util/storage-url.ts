// STORAGE_URL as text and as what it says: which storage, where in it, and how its objects are linked to.

export interface BucketLocation {
  scheme: 's3' | 'gs';
  bucket: string;
  /** In front of every key: '' or ending in `/`. */
  prefix: string;
  /** Another server than the cloud's own, without `/` at its end. */
  endpoint: string | undefined;
  /** Stands in front of keys in links, without `/` at its end. */
  publicUrl: string | undefined;
  /** Seconds a link lasts that is made when somebody follows one; undefined when objects are public. */
  presignSeconds: number | undefined;
  /** Milliseconds a request may go unanswered. */
  timeoutMs: number;
  /** S3: unset leaves it to the SDK. */
  region: string | undefined;
  /** S3: `endpoint/bucket/key` in place of `bucket.endpoint/key`. */
  pathStyle: boolean;
  /** Cloud Storage: send no credentials, for an emulator. */
  anonymous: boolean;
}

export interface CloudinaryLocation {
  scheme: 'cloudinary';
  cloud: string;
  key: string;
  secret: string;
  prefix: string;
  endpoint: string | undefined;
  publicUrl: string | undefined;
  timeoutMs: number;
}

export interface DiskLocation {
  scheme: 'file';
  folder: string;
}

export type StorageLocation = DiskLocation | BucketLocation | CloudinaryLocation;

const COMMON = ['endpoint', 'public_url', 'timeout'];
const PARAMETERS: Record<string, string[]> = {
  s3: [...COMMON, 'region', 'path_style', 'presign'],
  gs: [...COMMON, 'anonymous', 'presign'],
  cloudinary: COMMON,
};
const FORMS = 'file:DIR, s3://bucket/prefix?…, gs://bucket/prefix?… or cloudinary://key:secret@cloud/folder';
/** The longest that a signature of S3 and of Cloud Storage (both V4) may last. */
const LONGEST_PRESIGN = 7 * 86_400;
const UNITS: Record<string, number> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };
const DEFAULT_TIMEOUT_SECONDS = 60;
/** The same as a key: so that nothing in it needs escaping anywhere. */
const PREFIX = /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/;

/** @throws saying what is wrong, without repeating what may be secret. */
export function parseStorageUrl(text: string): StorageLocation {
  const scheme = text.slice(0, Math.max(0, text.indexOf(':')));
  if (scheme === 'file') {
    const folder = text.slice('file:'.length);
    if (folder === '') throw new Error('file: names no folder');
    return { scheme, folder };
  }
  const known = PARAMETERS[scheme];
  if (!known || !URL.canParse(text)) throw new Error(`must be ${FORMS}`);
  const url = new URL(text);
  const query = url.searchParams;
  for (const name of query.keys()) {
    if (!known.includes(name)) throw new Error(`?${name}= is none of ${known.join(', ')}`);
  }
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  const common = {
    prefix: prefix && `${prefix}/`,
    endpoint: address(query, 'endpoint'),
    publicUrl: address(query, 'public_url'),
    timeoutMs: 1_000 * (seconds(query, 'timeout') ?? DEFAULT_TIMEOUT_SECONDS),
  };
  if (!PREFIX.test(common.prefix)) throw new Error('the prefix may have letters, digits, . _ - and /');
  if (scheme === 'cloudinary') {
    const [cloud, key, secret] = [url.hostname, url.username, url.password].map(decodeURIComponent);
    if (!cloud || !key || !secret) throw new Error('must be cloudinary://key:secret@cloud/folder');
    return { scheme, cloud, key, secret, ...common };
  }
  // Not `hostname`: a bucket of Cloud Storage may have a `_`, and `host` keeps what a port would be.
  if (!/^[a-z0-9][a-z0-9._-]{1,221}$/.test(url.host)) throw new Error(`${scheme}:// names no bucket`);
  if (url.username || url.password) {
    throw new Error('credentials do not go in here: the SDK finds them its own way');
  }
  const presignSeconds = seconds(query, 'presign');
  if (presignSeconds !== undefined && presignSeconds > LONGEST_PRESIGN) {
    throw new Error('presign may be 7d at most');
  }
  if (presignSeconds !== undefined && common.publicUrl) {
    throw new Error('presign and public_url exclude each other');
  }
  return {
    scheme: scheme as 's3' | 'gs',
    bucket: url.host,
    ...common,
    presignSeconds,
    region: query.get('region') ?? undefined,
    pathStyle: flag(query, 'path_style') ?? common.endpoint !== undefined,
    anonymous: flag(query, 'anonymous') ?? false,
  };
}

function address(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^https?:\/\/[^?#]+$/.test(text) || !URL.canParse(text)) {
    throw new Error(`${name} must be an http(s) address`);
  }
  return text.replace(/\/+$/, '');
}

function seconds(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const [, number, unit] = /^(\d{1,7})([smhd]?)$/.exec(text) ?? [];
  const value = Number(number) * UNITS[unit ?? '']!;
  if (!(value > 0)) throw new Error(`${name} must be seconds, or such as 10m, 12h or 7d`);
  return value;
}

function flag(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (text !== 'true' && text !== 'false') throw new Error(`${name} must be true or false`);
  return text === 'true';
}
