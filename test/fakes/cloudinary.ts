// Cloudinary as far as its SDK is used here: signed uploads, in one piece and in chunks, private downloads, listing and
// deleting by prefix, and public delivery. Signatures and keys are verified; behind a proxy that can fail.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { startServer } from './webhook-receiver.ts';

const ACCOUNT = { cloud: 'demo', key: '123456', secret: 'not-a-secret' };
const SMALLEST_CHUNK = 5_000_000;
/** Seconds a signature is taken for. */
const SIGNATURE_AGE = 3_600;
const FORMATS: Record<string, string> = { jpeg: 'jpg', heif: 'avif' };
/** Names that it takes for another. */
const SAME_FORMAT: Record<string, string> = { jpeg: 'jpg', tif: 'tiff' };

export interface Asset {
  public_id: string;
  resource_type: string;
  type: string;
  /** '' for a raw file. */
  format: string;
  bytes: Buffer;
  version: number;
  created_at: string;
}

export interface CloudinaryServer extends FaultProxy {
  storageUrl(folder: string, query?: string): string;
  /** By `image/upload/PUBLIC_ID`. */
  assets: Map<string, Asset>;
}

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Of the path behind the cloud's name. */
  parts: string[];
  body: Buffer;
}

/** Starts a server for one test. */
export async function startCloudinary(): Promise<CloudinaryServer> {
  const assets = new Map<string, Asset>();
  const chunked = new Map<string, Buffer>();
  let version = 1_700_000_000;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: Refusal) => {
      response.writeHead(error.status ?? 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: error.message } }));
    });
  });
  const behind = await startServer(server);
  const proxy = await startFaultProxy({ upstream: behind.url, refuse: () => null });
  onTestFinished(async () => {
    await proxy.close();
    await behind.close();
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [api, cloud, ...parts] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    if (api !== 'v1_1') return deliver(url, response);
    if (cloud !== ACCOUNT.cloud) throw new Refusal(401, `Invalid cloud_name ${cloud}`);
    const call = { request, response, url, parts, body: Buffer.concat(chunks) };
    const route = ROUTES.find(([pattern]) => pattern.test(`${request.method} ${parts.join('/')}`));
    if (!route) throw new Refusal(404, 'Resource not found');
    const answered = await route[1](call);
    if (answered)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
  }

  const ROUTES: [RegExp, (call: Call) => object | undefined | Promise<object>][] = [
    [/^POST (image|raw)\/upload$/, upload],
    [/^POST (image|raw)\/destroy$/, destroy],
    [/^GET (image|raw)\/download$/, download],
    [/^GET resources\/(image|raw)\/(upload|private)$/, list],
    [/^DELETE resources\/(image|raw)\/(upload|private)$/, removeByPrefix],
    [/^GET ping$/, ping],
  ];

  function ping(call: Call): object {
    checkKey(call);
    return { status: 'ok' };
  }

  async function upload({ request, parts: [resource_type], body }: Call): Promise<object> {
    const { fields, file } = formOf(request.headers['content-type']!, body);
    checkSignature(fields);
    const bytes = assemble(request, file);
    if (!bytes) return { done: false };
    if (bytes.length === 0) throw new Refusal(400, 'Empty file');
    let format = '';
    if (resource_type === 'image') {
      const found = await sharp(bytes)
        .metadata()
        .catch(() => null);
      if (!found) throw new Refusal(400, 'Invalid image file');
      format = FORMATS[found.format!] ?? found.format!;
    }
    const { public_id, type } = fields as { public_id: string; type: string };
    const id = `${resource_type}/${type}/${public_id}`;
    const asset = {
      public_id,
      resource_type: resource_type!,
      type,
      format,
      bytes,
      version: ++version,
      created_at: new Date().toISOString(),
    };
    if (!assets.has(id) || fields.overwrite === 'true' || fields.overwrite === '1') assets.set(id, asset);
    return {
      ...described(asset),
      secure_url: `https://res.cloudinary.com/${ACCOUNT.cloud}/${resource_type}/${type}/v${version}/${public_id}.${format}`,
    };
  }

  /** The whole file, or null while chunks of it are to come. They come in order. */
  function assemble({ headers }: IncomingMessage, part: Buffer): Buffer | null {
    const [, from, to, total] = /^bytes (\d+)-(\d+)\/(-?\d+)$/.exec(String(headers['content-range'])) ?? [];
    if (total === undefined) return part;
    const id = String(headers['x-unique-upload-id']);
    const before = chunked.get(id) ?? Buffer.alloc(0);
    if (Number(from) > before.length || Number(to) - Number(from) + 1 !== part.length)
      throw new Refusal(400, 'Invalid Content-Range');
    if (total === '-1' && part.length < SMALLEST_CHUNK)
      throw new Refusal(400, 'All parts except EOF-chunk must be larger than 5mb');
    const all = Buffer.concat([before.subarray(0, Number(from)), part]);
    chunked.set(id, all);
    return Number(total) === all.length ? all : null;
  }

  function destroy({ request, parts: [resource_type], body }: Call): object {
    const { fields } = formOf(request.headers['content-type']!, body);
    checkSignature(fields);
    return {
      result: assets.delete(`${resource_type}/${fields.type}/${fields.public_id}`) ? 'ok' : 'not found',
    };
  }

  function download({ response, url, parts: [resource_type] }: Call): undefined {
    const query = Object.fromEntries(url.searchParams);
    checkSignature(query);
    const asset = assets.get(`${resource_type}/${query.type}/${query.public_id}`);
    if (!asset || !isFormat(asset, query.format ?? '')) throw new Refusal(404, 'Resource not found');
    response.writeHead(200).end(asset.bytes);
  }

  function below([, resource_type, type]: string[], prefix: string): [string, Asset][] {
    const start = `${resource_type}/${type}/${prefix}`;
    return [...assets].filter(([id]) => id.startsWith(start)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  function list(call: Call): object {
    checkKey(call);
    const query = call.url.searchParams;
    const after = query.get('next_cursor') ?? '';
    const found = below(call.parts, query.get('prefix') ?? '').filter(([id]) => id > after);
    const page = found.slice(0, Number(query.get('max_results') ?? 10));
    return {
      resources: page.map(([, asset]) => described(asset)),
      ...(page.length < found.length && { next_cursor: page.at(-1)![0] }),
    };
  }

  function removeByPrefix(call: Call): object {
    checkKey(call);
    const form = new URLSearchParams(call.body.toString());
    const found = below(call.parts, form.get('prefix')!);
    for (const [id] of found.slice(0, 1_000)) assets.delete(id);
    return {
      deleted: {},
      partial: found.length > 1_000,
      ...(found.length > 1_000 && { next_cursor: 'more' }),
    };
  }

  /** What a browser gets: only public images, in the format they have, which is the only one that nothing is made anew for. */
  function deliver({ pathname }: URL, response: ServerResponse): void {
    const [, public_id, format] = /^\/demo\/image\/upload\/(?:v\d+\/)?(.+)\.(\w+)$/.exec(pathname) ?? [];
    const asset = assets.get(`image/upload/${public_id}`);
    if (!asset || !isFormat(asset, format!)) throw new Refusal(404, 'Resource not found');
    response.writeHead(200, { 'content-type': `image/${format}` }).end(asset.bytes);
  }

  return Object.assign(proxy, {
    storageUrl: (folder: string, query = '') =>
      `cloudinary://${ACCOUNT.key}:${ACCOUNT.secret}@${ACCOUNT.cloud}/${folder}?endpoint=${proxy.url}${query && `&${query}`}`,
    assets,
  });
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function isFormat({ format }: Asset, asked: string): boolean {
  return (SAME_FORMAT[asked] ?? asked) === format;
}

function described({ bytes, format, ...asset }: Asset): object {
  return { ...asset, ...(format && { format }), bytes: bytes.length };
}

function checkKey({ request }: Call): void {
  const given = request.headers.authorization ?? '';
  const right = `Basic ${Buffer.from(`${ACCOUNT.key}:${ACCOUNT.secret}`).toString('base64')}`;
  if (given !== right) throw new Refusal(401, 'Invalid credentials');
}

/** Every parameter but these is signed, sorted, with the secret behind it. */
function checkSignature({ signature = '', api_key, file: _, ...fields }: Record<string, string>): void {
  const text = Object.entries(fields)
    .filter(([name, value]) => value !== '' && !['cloud_name', 'resource_type'].includes(name))
    .map(([name, value]) => `${name}=${value.replaceAll('&', '%26')}`)
    .sort()
    .join('&');
  const right = createHash('sha256')
    .update(text + ACCOUNT.secret)
    .digest();
  const given = Buffer.from(signature, 'hex');
  const age = Date.now() / 1000 - Number(fields.timestamp);
  if (api_key !== ACCOUNT.key) throw new Refusal(401, `Invalid api_key ${api_key}`);
  if (given.length !== right.length || !timingSafeEqual(given, right))
    throw new Refusal(401, `Invalid Signature ${signature}`);
  if (!(age < SIGNATURE_AGE)) throw new Refusal(400, 'Stale request');
}

/** A form, as multipart or urlencoded. */
function formOf(contentType: string, body: Buffer): { fields: Record<string, string>; file: Buffer } {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (!boundary)
    return { fields: Object.fromEntries(new URLSearchParams(body.toString())), file: Buffer.alloc(0) };
  const fields: Record<string, string> = {};
  let file = Buffer.alloc(0);
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark); ; ) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = body.subarray(at + mark.length + 2, next - 2);
    const head = part.subarray(0, part.indexOf('\r\n\r\n')).toString();
    const value = part.subarray(part.indexOf('\r\n\r\n') + 4);
    const name = / name="([^"]+)"/.exec(head)![1]!;
    if (name === 'file') file = Buffer.from(value);
    else fields[name] = value.toString();
    at = next;
  }
  return { fields, file };
}
