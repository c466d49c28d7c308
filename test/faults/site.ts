// The world around halve, on the loopback address: an origin that counts, catalogues to upload, a receiver that checks.
import { onTestFinished } from 'vitest';
import { verifySignature } from '../../src/webhook/sign.ts';
import { type Handler, startOrigin } from '../fakes/origin.ts';
import { pause } from '../fakes/pause.ts';
import { photo } from '../fakes/pictures.ts';
import { startReceiver } from '../fakes/webhook-receiver.ts';
import { SECRET } from '../flow/fleet.ts';

const PICTURES = 6;
/** One row of so many names a picture that is not there. */
const MISSING_EVERY = 40;
const EOL = '\r\n';
const HEADER = `S. No.,Product Name,Input Image Urls,Note${EOL}`;

export interface Row {
  text: string;
  url: string;
  /** Width of the picture behind the URL; null where there is none, and the image fails with `http_404`. */
  width: number | null;
}

export interface Catalogue {
  csv: string;
  rows: Row[];
}

export interface Callback {
  requestId: string;
  webhookId: string;
  body: string;
  verified: boolean;
}

export type Site = Awaited<ReturnType<typeof startSite>>;

/**
 * `latencyMs` before each picture; `answer` may answer in place of the picture (true: it did). `onCallback` runs before a
 * callback is answered, with its number for the request from 1, and may answer itself by returning a status.
 */
export async function startSite({
  latencyMs = 15,
  answer,
  onCallback,
}: {
  latencyMs?: number;
  answer?: (path: string, hit: number) => Answered | undefined;
  onCallback?: (callback: Callback) => Promise<number | undefined> | number | undefined;
} = {}) {
  const pictures = await Promise.all(
    Array.from({ length: PICTURES }, async (_, index) => {
      const width = 200 + 16 * index;
      return {
        width,
        body: await photo(width, 160, { seed: index + 1 })
          .jpeg({ quality: 92 })
          .toBuffer(),
      };
    }),
  );
  const fetches = new Map<string, number>();
  const pictureOf = (path: string) => pictures[Number(/(\d+)\.jpg$/.exec(path)?.[1]) % PICTURES]!;

  const serve: Handler = async (request, response) => {
    const path = request.url!;
    const hit = (fetches.get(path) ?? 0) + 1;
    fetches.set(path, hit);
    if (latencyMs > 0) await pause(latencyMs);
    const { body } = pictureOf(path);
    const other = path.includes('/missing/') ? { status: 404 } : answer?.(path, hit);
    if (other) response.writeHead(other.status, other.headers).end('no');
    else response.writeHead(200, { 'content-length': body.length, 'content-type': 'image/jpeg' }).end(body);
  };
  const origin = await startOrigin({ '*': serve });
  onTestFinished(() => origin.close());

  const callbacks: Callback[] = [];
  const receiver = await startReceiver(async (request, response) => {
    const { body } = receiver.hits.find((hit) => hit.request === request)!;
    const callback = {
      requestId: (JSON.parse(body) as { request_id: string }).request_id,
      webhookId: String(request.headers['webhook-id']),
      body,
      verified: verifySignature(request.headers, body, SECRET).valid,
    };
    callbacks.push(callback);
    response.statusCode = (await onCallback?.(callback)) ?? 200;
    response.end('noted');
  });
  onTestFinished(() => receiver.close());

  return {
    origin,
    webhookUrl: `${receiver.url}/hook`,
    callbacks,
    fetchesOf: (url: string) => fetches.get(new URL(url).pathname) ?? 0,
    /** Rows with a picture each but for every 40th; `through` is another way to the origin. */
    catalogue(name: string, count: number, through = origin.url): Catalogue {
      const rows = Array.from({ length: count }, (_, index): Row => {
        const number = index + 1;
        const missing = number % MISSING_EVERY === 0;
        const path = `/${name}/${missing ? 'missing/' : ''}${number}.jpg`;
        const url = through + path;
        return {
          text: `${number},"Product ""${number}"", large",${url},${number % 3 ? 'é' : '"a, b"'}`,
          url,
          width: missing ? null : pictureOf(path).width,
        };
      });
      return { rows, csv: HEADER + rows.map(({ text }) => text + EOL).join('') };
    },
  };
}

export interface Answered {
  status: number;
  headers?: Record<string, string>;
}

/** What output.csv must be, byte for byte. */
export function expectedOutput({ rows }: Catalogue, outputs: (string | null)[]): string {
  const lines = rows.map(({ text }, index) => `${text},${outputs[index] ?? ''}${EOL}`);
  return HEADER.replace(EOL, `,Output Image Urls${EOL}`) + lines.join('');
}
