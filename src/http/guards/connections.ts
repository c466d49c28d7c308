// Connections that take too long, and bytes that are no HTTP: each is answered where somebody can still read, and ended.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { App, Limits } from '../context.ts';
import { problemOf } from '../problem.ts';

const READ_OFF_MS = 10_000;
const HEADERS_MS = 60_000;
const LOOK_MS = 30_000;
/** Connections that the system holds until they are accepted: Node's default. */
const BACKLOG = 511;

/** Node's own limits: the whole of a request, its headers, and silence on the socket. */
export function connectionTimes({ uploadTimeoutMs, stallMs }: Limits) {
  return {
    requestTimeout: uploadTimeoutMs,
    connectionTimeout: stallMs,
    http: {
      headersTimeout: Math.min(HEADERS_MS, stallMs),
      connectionsCheckingInterval: Math.min(LOOK_MS, Math.ceil(Math.min(stallMs, uploadTimeoutMs) / 2)),
    },
  };
}

/**
 * Lets in all who stand at the door before anybody is served. Node takes one new connection in each turn of its event
 * loop (libuv does since 1.45, its pull request 3696), and serving those who are in makes the turns long: the last of
 * a hundred that come at once would be let in after half a second.
 */
export function acceptFirst(app: App): void {
  let arrived: boolean;
  let accepting: Promise<void> | null = null;
  async function acceptAll(): Promise<void> {
    await turn(); // to the end of the turn that brought the first
    for (let turns = 0; turns < BACKLOG; turns++) {
      arrived = false;
      await turn();
      if (!arrived) break;
    }
    accepting = null;
  }
  app.server.on('connection', () => {
    arrived = true;
    accepting ??= acceptAll();
  });
  app.addHook('onRequest', async () => {
    if (accepting) await accepting;
  });
}

export function endSlowConnections(app: App, { stallMs }: Limits): void {
  app.addHook('onRequest', async (call, reply) => {
    reply.raw.on('timeout', (socket: Socket) => {
      if (isWaitingForSender(call)) refuseStalled(call, reply);
      else if (reply.raw.writableLength > 0) socket.destroy();
      // Nobody but us is slow; the limit counts again from here.
      else socket.setTimeout(stallMs);
    });
  });
  app.addHook('onResponse', async (call) => readOff(call));
}

/** Not while we do not read: then what has arrived fills the buffer. */
function isWaitingForSender({ raw }: FastifyRequest): boolean {
  return !raw.complete && raw.readableLength < raw.readableHighWaterMark;
}

function refuseStalled({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return void raw.destroy();
  reply.raw.once('close', () => raw.destroy());
  void reply
    .header('connection', 'close')
    .send(new AppError('request_timeout', 'Nothing came for too long (UPLOAD_STALL_MS).'));
}

/** Lets the sender of a refused body finish sending for a while, since most read no answer before that. */
function readOff({ raw }: FastifyRequest): void {
  if (raw.complete || raw.destroyed) return;
  raw.unpipe();
  raw.resume();
  const late = setTimeout(() => raw.destroy(), READ_OFF_MS);
  raw.once('close', () => clearTimeout(late));
}

/**
 * Takes no more connections, and resolves when all are ended: at once where nothing is under way, else after `graceMs`.
 * A connection on which nothing was ever asked counts as busy for Node, and its owner may keep it for a minute.
 */
export async function closeServer(app: App, graceMs: number): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(late);
}

/** What Node refuses before there is a request, or in the middle of one. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return void socket.destroy();
  const begun = (socket as Socket & { _httpMessage?: { headersSent: boolean } | null })._httpMessage
    ?.headersSent;
  if (!socket.writable || begun) return void socket.destroy();
  const problem = problemOf(refusalOf(error));
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}

function refusalOf({ code, message }: NodeJS.ErrnoException): AppError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new AppError('headers_too_large', 'Send less than 16 KB of headers.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new AppError('request_timeout', 'The request did not arrive in time (UPLOAD_TIMEOUT_MS).');
  return new AppError('invalid_request', `This is no HTTP: ${message}`);
}
