// Owns `halve listen`: a webhook receiver to develop against. It verifies, logs one line a callback and answers.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SETTINGS } from '../config.ts';
import { messageOf, PROBLEMS, type ProblemCode } from '../errors.ts';
import { type ReceivedWebhook, receiveWebhook } from '../webhook/receive.ts';

/** Bytes of a callback; halve's own stay far under it. */
const MAX_BODY = 1024 * 1024;
/** Callbacks that GET lists and that repeats are told by; older ones are forgotten. */
const REMEMBERED = 1_000;

/** A callback that was answered with 200. */
export interface ReceivedCallback extends ReceivedWebhook {
  /** ISO 8601, UTC. */
  received_at: string;
  path: string;
  /** 1 for the first callback with this id, 2 for its first repeat, …; null without an id. */
  delivery: number | null;
}

export interface Listener {
  /** With the port that was really taken. */
  url: string;
  /** Oldest first, the newest 1,000. */
  received: readonly ReceivedCallback[];
  /** Stops at once: open connections are closed. */
  close(): Promise<void>;
}

/**
 * Starts to listen; port 0 takes a free one. With a secret, a callback that does not carry its signature is refused
 * with 401, an unsigned one too. `log` gets one line a callback.
 * @throws Error of node:net (EADDRINUSE, EACCES, …) when the address cannot be taken.
 */
export async function startListener(options: {
  host: string;
  port: number;
  secret: string | undefined;
  log: (line: string) => void;
}): Promise<Listener> {
  const received: ReceivedCallback[] = [];

  function accept(request: IncomingMessage, body: Buffer): Answer {
    const now = new Date().toISOString();
    const webhook = receiveWebhook({ headers: request.headers, body, secret: options.secret });
    if (options.secret !== undefined && webhook.verified !== true) {
      const why = webhook.verified === false ? webhook.problem : 'not signed';
      options.log(printable(`${now}  REFUSED  ${webhook.id ?? '(no id)'}  ${why}`));
      return problem('invalid_signature', why);
    }
    const earlier = received.filter(({ id }) => id !== null && id === webhook.id).length;
    const callback: ReceivedCallback = {
      received_at: now,
      path: request.url ?? '/',
      delivery: webhook.id === null ? null : earlier + 1,
      ...webhook,
    };
    received.push(callback);
    if (received.length > REMEMBERED) received.shift();
    options.log(printable(lineOf(callback)));
    return { status: 200, type: 'application/json', body: { status: 'Webhook received' } };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    if (request.method === 'GET') return { status: 200, type: 'application/json', body: { received } };
    if (request.method !== 'POST') return problem('not_found', 'GET lists what was received, POST delivers');
    const body = await readBody(request);
    if (body === null) return problem('upload_too_large', `a callback may have ${MAX_BODY} bytes`);
    return accept(request, body);
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (result) => send(response, result),
      // The sender went away while it was sending: nobody is left to answer.
      () => response.destroy(),
    );
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    received,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function listenCommand(): Command {
  // Set but empty is unset, as for every setting.
  if (process.env.WEBHOOK_SECRET === '') delete process.env.WEBHOOK_SECRET;
  return new Command('listen')
    .description('receive webhooks, verify them and log them, to develop and test against')
    .option('--port <port>', 'TCP port to listen on; 0 takes a free one', portNumber, 9000)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('--secret <whsec_…>', 'refuse callbacks that this secret has not signed')
        .env('WEBHOOK_SECRET')
        .argParser(webhookSecret),
    )
    .action(async (options: { host: string; port: number; secret?: string }, command: Command) => {
      const log = (line: string) => void process.stdout.write(`${line}\n`);
      const listener = await startListener({ ...options, secret: options.secret, log }).catch((error) =>
        command.error(`halve: cannot listen on ${options.host}:${options.port}: ${messageOf(error)}`),
      );
      log(`halve is listening for webhooks on ${listener.url}${options.secret ? ' and verifies them' : ''}`);
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      await listener.close();
    });
}

interface Answer {
  status: number;
  type: string;
  body: object;
}

function problem(code: ProblemCode, detail = ''): Answer {
  const { status, title } = PROBLEMS[code];
  return {
    status,
    type: 'application/problem+json',
    body: { type: 'about:blank', title, status, detail, code },
  };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The whole body, or null when it is over MAX_BODY; then the rest is read and dropped, so that the answer arrives. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY) chunks.push(chunk);
    if (length > 16 * MAX_BODY) throw new Error('the sender does not stop');
  }
  return length > MAX_BODY ? null : Buffer.concat(chunks);
}

const TRUST = { true: 'verified', false: 'NOT VERIFIED', null: 'unverified' } as const;

function lineOf(callback: ReceivedCallback): string {
  const { images, delivery } = callback;
  return [
    callback.received_at,
    callback.id ?? '(no id)',
    callback.type ?? '(no type)',
    callback.request_id ?? '(no request)',
    callback.status ?? '(no status)',
    images
      ? `${images.processed} of ${images.total} images processed, ${images.failed} failed`
      : '(no counts)',
    TRUST[`${callback.verified}`],
    ...(delivery !== null && delivery > 1 ? [`repeat: delivery ${delivery} of this id`] : []),
    ...(callback.problem ? [callback.problem] : []),
  ].join('  ');
}

/** Anyone may post here, and a terminal obeys control characters: they become `?`. */
function printable(line: string): string {
  return line.replace(/\p{C}/gu, '?').slice(0, 1_000);
}

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('must be 0 to 65535');
}

function webhookSecret(text: string): string {
  const parsed = SETTINGS.WEBHOOK_SECRET.type.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'is not valid');
}
