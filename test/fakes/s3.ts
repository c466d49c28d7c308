// S3 over a socket: s3rver keeps the objects; in front of it a proxy checks what that does not (signatures and checksums)
// and answers AbortMultipartUpload, which that does not know.
import { createHash, createHmac } from 'node:crypto';
import S3rver from 's3rver';
import { onTestFinished } from 'vitest';
import { type Asked, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { tempFolder } from './temp-folder.ts';

const ACCOUNT = { id: 'S3RVER', secret: 'S3RVER' };
export const BUCKET = 'catalogue';
/** For processes that are to find credentials as the SDK does. */
export const S3_ENV = {
  AWS_ACCESS_KEY_ID: ACCOUNT.id,
  AWS_SECRET_ACCESS_KEY: ACCOUNT.secret,
  AWS_REGION: 'eu-central-1',
};

export interface S3Server extends FaultProxy {
  /** A STORAGE_URL below a prefix of this bucket. */
  storageUrl(prefix: string, query?: string): string;
  /** Multipart uploads that were begun and neither completed nor aborted. */
  openUploads(): number;
}

/** Starts a server for one test. */
export async function startS3(): Promise<S3Server> {
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: tempFolder(),
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const { port } = await server.run();
  const proxy = await startFaultProxy({
    upstream: `http://127.0.0.1:${port}`,
    refuse,
    answer: ({ method, path }) => (method === 'DELETE' && uploadIdOf(path) ? 204 : null),
  });
  onTestFinished(async () => {
    await proxy.close();
    await server.close();
  });
  return Object.assign(proxy, {
    storageUrl: (prefix: string, query = '') =>
      `s3://${BUCKET}/${prefix}?endpoint=${proxy.url}${query && `&${query}`}`,
    openUploads() {
      const answered = proxy.requests.filter(({ answered }) => answered !== null && answered < 300);
      const begun = answered.filter(
        ({ method, path }) => method === 'POST' && /[?&]uploads(=|&|$)/.test(path),
      );
      const ended = answered.filter(({ method, path }) => method !== 'PUT' && uploadIdOf(path));
      return begun.length - new Set(ended.map(({ path }) => uploadIdOf(path))).size;
    },
  });
}

const uploadIdOf = (path: string) => /[?&]uploadId=([^&]+)/.exec(path)?.[1];

/** What S3 would answer to a request that it refuses; null when it does not. */
function refuse(asked: Asked): string | null {
  const code = reasonAgainst(asked);
  return (
    code && `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}, in words</Message></Error>`
  );
}

function reasonAgainst(asked: Asked): string | null {
  const md5 = asked.headers['content-md5'];
  if (md5 && createHash('md5').update(asked.body).digest('base64') !== md5) return 'BadDigest';
  // Images and parts must come with a checksum; other calls have no body to speak of.
  if (asked.method === 'PUT' && !md5) return 'InvalidRequest';
  const url = new URL(asked.path, 'http://x');
  const signed = url.searchParams.has('X-Amz-Signature') ? querySignature(url) : headerSignature(asked);
  // Objects of this bucket may be read by everybody, as behind a public bucket's address.
  if (signed === null) return asked.method === 'GET' ? null : 'AccessDenied';
  return signatureOf(asked, url, signed) === signed.signature ? null : 'SignatureDoesNotMatch';
}

interface Signed {
  date: string;
  scope: string;
  headers: string[];
  payload: string;
  signature: string;
}

function headerSignature({ headers }: Asked): Signed | null {
  const [, id, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (id !== ACCOUNT.id) return null;
  const payload = String(headers['x-amz-content-sha256']);
  return {
    date: String(headers['x-amz-date']),
    scope: scope!,
    headers: names!.split(';'),
    payload,
    signature: signature!,
  };
}

function querySignature({ searchParams }: URL): Signed | null {
  const date = searchParams.get('X-Amz-Date')!;
  const [id, ...scope] = searchParams.get('X-Amz-Credential')!.split('/');
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/, '$1-$2-$3T$4:$5:'));
  const expired = Date.now() > at + Number(searchParams.get('X-Amz-Expires')) * 1_000;
  if (id !== ACCOUNT.id || expired) return null;
  return {
    date,
    scope: scope.join('/'),
    headers: searchParams.get('X-Amz-SignedHeaders')!.split(';'),
    payload: 'UNSIGNED-PAYLOAD',
    signature: searchParams.get('X-Amz-Signature')!,
  };
}

/** Signature Version 4, from what came over the wire. */
function signatureOf({ method, headers, body }: Asked, url: URL, signed: Signed): string {
  if (/^\w{64}$/.test(signed.payload) && sha256(body) !== signed.payload) return 'another payload';
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonical = [
    method,
    url.pathname,
    query,
    ...signed.headers.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signed.headers.join(';'),
    signed.payload,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', signed.date, signed.scope, sha256(canonical)].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = signed.scope.split('/').reduce<string | Buffer>(hmac, `AWS4${ACCOUNT.secret}`);
  return hmac(key, toSign).toString('hex');
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
