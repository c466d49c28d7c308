// Cloud Storage as far as its SDK is used here: tokens for a workload identity, the JSON API with multipart and resumable
// uploads, and signed links. Identities, tokens, checksums and signatures are verified; behind a proxy that can fail.
import { createHash, createVerify, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { tempFolder } from './temp-folder.ts';
import { startServer } from './webhook-receiver.ts';

export const BUCKET = 'catalogue';
const SUBJECT = 'halve';
const AUDIENCE =
  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** A resumable upload takes chunks of this multiple only, but for the last. */
const CHUNK_UNIT = 256 * 1024;

interface Metadata {
  name: string;
  contentType?: string;
  cacheControl?: string;
  contentDisposition?: string;
  crc32c?: string;
  md5Hash?: string;
}

interface Stored {
  metadata: Metadata;
  bytes: Buffer;
  updated: string;
}

export interface GcsServer extends FaultProxy {
  storageUrl(prefix: string, query?: string): string;
  /** The environment in which the SDK finds credentials that the server takes. */
  env: { GOOGLE_APPLICATION_CREDENTIALS: string };
  /** The same with a service account's own key, which signs links without asking anybody. */
  keyEnv: { GOOGLE_APPLICATION_CREDENTIALS: string };
  objects: Map<string, Stored>;
}

/** Starts a server for one test. */
export async function startGcs(): Promise<GcsServer> {
  const objects = new Map<string, Stored>();
  const tokens = new Set<string>();
  const sessions = new Map<string, { metadata: Metadata; bytes: Buffer }>();
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: Refusal) => {
      response.writeHead(error.status ?? 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: error.status, message: error.message, errors: [] } }));
    });
  });
  const behind = await startServer(server);
  const proxy = await startFaultProxy({ upstream: behind.url, refuse: () => null });
  const folder = tempFolder();
  const credentials = {
    GOOGLE_CLOUD_PROJECT: 'project',
    METADATA_SERVER_DETECTION: 'none',
    GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'federated.json'),
  };
  const key = { GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'service-account.json') };
  // Workload identity federation: the one kind of credentials whose token server can be another.
  writeFileSync(join(folder, 'subject-token'), jwt({ sub: SUBJECT }));
  writeFileSync(
    credentials.GOOGLE_APPLICATION_CREDENTIALS,
    JSON.stringify({
      type: 'external_account',
      audience: AUDIENCE,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${behind.url}/token`,
      credential_source: { file: join(folder, 'subject-token') },
    }),
  );
  writeFileSync(
    key.GOOGLE_APPLICATION_CREDENTIALS,
    JSON.stringify({
      type: 'service_account',
      project_id: 'project',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'halve@project.iam.example',
    }),
  );
  onTestFinished(async () => {
    await proxy.close();
    await behind.close();
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, `http://${request.headers.host}`);
    const body = await readAll(request);
    const json = (value: unknown, headers = {}) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(value));
    if (url.pathname === '/token') return json(tokenFor(body));
    const [, upload, path] =
      /^(\/upload)?\/storage\/v1\/b\/catalogue\/o(?:\/(.+))?$/.exec(url.pathname) ?? [];
    if (!url.pathname.includes('/storage/v1/')) return serve(url, response);
    const session = url.searchParams.has('upload_id');
    // The address of a begun upload is its own credential.
    if (!session && !tokens.has(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')) {
      throw new Refusal(401, 'Invalid Credentials');
    }
    if (upload) return receive(request, response, url, body);
    if (path === undefined) return json(listing(url.searchParams));
    const name = decodeURIComponent(path);
    const found = objects.get(name);
    if (!found) throw new Refusal(404, `No such object: ${BUCKET}/${name}`);
    if (request.method === 'DELETE') {
      objects.delete(name);
      response.writeHead(204).end();
    } else if (url.searchParams.get('alt') === 'media') {
      response
        .writeHead(200, { 'x-goog-hash': `crc32c=${crc32c(found.bytes)},md5=${md5(found.bytes)}` })
        .end(found.bytes);
    } else {
      json(resource(found));
    }
  }

  /** A token in exchange for one that the identity provider signed (RFC 8693). */
  function tokenFor(body: Buffer) {
    const form = new URLSearchParams(body.toString());
    const [head, claims, signature] = (form.get('subject_token') ?? '').split('.');
    const genuine = createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(publicKey, signature ?? '', 'base64url');
    if (!genuine || form.get('audience') !== AUDIENCE) throw new Refusal(400, 'invalid_grant');
    const token = randomUUID();
    tokens.add(token);
    return {
      access_token: token,
      expires_in: 3600,
      token_type: 'Bearer',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    };
  }

  function receive(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const done = (metadata: Metadata, bytes: Buffer) => {
      for (const [given, real] of [
        [metadata.crc32c, crc32c(bytes)],
        [metadata.md5Hash, md5(bytes)],
      ]) {
        if (given !== undefined && given !== real)
          throw new Refusal(400, `Provided hash does not match: ${real}`);
      }
      const stored = { metadata, bytes, updated: new Date().toISOString() };
      objects.set(metadata.name, stored);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(resource(stored)));
    };
    const name = url.searchParams.get('name')!;
    if (url.searchParams.get('uploadType') === 'multipart') {
      const [metadata, bytes] = relatedParts(request.headers['content-type']!, body);
      done({ name, ...(JSON.parse(String(metadata)) as object) }, bytes!);
      return;
    }
    if (request.method === 'POST') {
      const id = randomUUID();
      const metadata = { name, ...(body.length > 0 && (JSON.parse(String(body)) as object)) };
      sessions.set(id, { metadata, bytes: Buffer.alloc(0) });
      const contentType = request.headers['x-upload-content-type'];
      if (typeof contentType === 'string') Object.assign(metadata, { contentType });
      url.searchParams.set('upload_id', id);
      response.writeHead(200, { location: `${proxy.url}${url.pathname}${url.search}` }).end();
      return;
    }
    const session = sessions.get(url.searchParams.get('upload_id')!);
    if (!session) throw new Refusal(404, 'no such upload');
    const [, from, total] =
      /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(request.headers['content-range'] ?? '') ?? [];
    if (total === undefined) throw new Refusal(400, 'no Content-Range');
    // What is sent twice is skipped; a gap is not taken.
    const start = Number(from ?? session.bytes.length);
    if (start > session.bytes.length) throw new Refusal(503, 'a gap');
    if (total === '*' && body.length % CHUNK_UNIT !== 0) throw new Refusal(400, 'an odd chunk');
    session.bytes = Buffer.concat([session.bytes.subarray(0, start), body]);
    if (total !== '*' && Number(total) === session.bytes.length) {
      done(session.metadata, session.bytes);
      return;
    }
    const range = session.bytes.length > 0 ? { range: `bytes=0-${session.bytes.length - 1}` } : {};
    response.writeHead(308, range).end();
  }

  function listing(query: URLSearchParams) {
    const after = query.get('pageToken') ?? '';
    const names = [...objects.keys()]
      .sort()
      .filter((name) => name.startsWith(query.get('prefix') ?? '') && name > after);
    const page = names.slice(0, Number(query.get('maxResults') ?? 1000));
    return {
      items: page.map((name) => resource(objects.get(name)!)),
      ...(page.length < names.length && { nextPageToken: page.at(-1) }),
    };
  }

  /** What a browser gets: objects of this bucket are public, but a signed link must be signed rightly. */
  function serve(url: URL, response: ServerResponse): void {
    const name = decodeURIComponent(url.pathname.slice(`/${BUCKET}/`.length));
    if (url.searchParams.has('X-Goog-Signature')) checkLink(url);
    const found = objects.get(name);
    if (!found) throw new Refusal(404, 'NoSuchKey');
    response.writeHead(200, { 'content-type': found.metadata.contentType ?? '' }).end(found.bytes);
  }

  return Object.assign(proxy, {
    storageUrl: (prefix: string, query = '') =>
      `gs://${BUCKET}/${prefix}?endpoint=${proxy.url}${query && `&${query}`}`,
    env: credentials,
    keyEnv: key,
    objects,
  });
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function resource({ metadata, bytes, updated }: Stored) {
  return {
    kind: 'storage#object',
    bucket: BUCKET,
    ...metadata,
    size: String(bytes.length),
    crc32c: crc32c(bytes),
    md5Hash: md5(bytes),
    updated,
  };
}

/** A link as V4 signs it, its host and path among what is signed. */
function checkLink(url: URL): void {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const date = url.searchParams.get('X-Goog-Date')!;
  const scope = url.searchParams.get('X-Goog-Credential')!.split('/').slice(1).join('/');
  const canonical = [
    'GET',
    url.pathname,
    query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&'),
    // The SDK signs the name alone; the cloud's own addresses have no port.
    `host:${url.hostname}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const toSign = ['GOOG4-RSA-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const signature = Buffer.from(url.searchParams.get('X-Goog-Signature')!, 'hex');
  if (!verify('RSA-SHA256', Buffer.from(toSign), publicKey, signature)) {
    throw new Refusal(403, 'SignatureDoesNotMatch');
  }
}

/** The two parts of a multipart/related body. */
function relatedParts(contentType: string, body: Buffer): Buffer[] {
  const boundary = Buffer.from(`--${/boundary="?([^";]+)/.exec(contentType)![1]}`);
  const parts: Buffer[] = [];
  for (let at = body.indexOf(boundary); ; ) {
    const next = body.indexOf(boundary, at + boundary.length);
    if (next < 0) return parts;
    const part = body.subarray(at + boundary.length, next);
    parts.push(part.subarray(part.indexOf('\r\n\r\n') + 4, part.length - 2));
    at = next;
  }
}

function jwt(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('base64');

/** Castagnoli, base64 of its four bytes. */
function crc32c(bytes: Buffer): string {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  const result = Buffer.alloc(4);
  result.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return result.toString('base64');
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});
