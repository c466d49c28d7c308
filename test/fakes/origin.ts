// A scripted HTTP origin on 127.0.0.1: real sockets, an answer per path, and a count of everything that was asked.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** What a path answers. */
export interface Answer {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: Buffer | string;
  /** Milliseconds before the answer begins. */
  latencyMs?: number;
  /** In place of all the rest but latencyMs: bytes written to the socket as they are. */
  raw?: Buffer | string;
  /** After `raw`: `end` closes the connection, `reset` breaks it off, `keep` (default) leaves it open. */
  afterwards?: 'end' | 'reset' | 'keep';
}

/** Full control. `hit` counts the requests to this path from 1. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  hit: number,
) => void | Promise<void>;

/** `/path` (without query) -> what it answers; `*` is for paths that have no line of their own, otherwise they get 404. */
export type Routes = Record<string, Answer | Answer[] | Handler>;

export interface Recorded {
  path: string;
  headers: IncomingHttpHeaders;
  /** Which connection it came over, from 1. */
  connection: number;
  /** performance.now() when it came. */
  at: number;
}

export interface Origin {
  /** `http://127.0.0.1:port`, or https. */
  readonly url: string;
  readonly port: number;
  /** Every request, in order. */
  readonly requests: Recorded[];
  /** Requests so far, to `path` (with its query if it has one) or in all. */
  hits(path?: string): number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Requests being answered now, and the most there ever were at once. */
  readonly concurrent: number;
  readonly maxConcurrent: number;
  /** Breaks every connection and stops. */
  close(): Promise<void>;
}

export interface OriginOptions {
  /** For answers that name none of their own. */
  latencyMs?: number;
  /** Address to listen on; 127.0.0.1 when not given. */
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  /** Serves https. */
  tls?: { key: string; cert: string };
}

/** Starts an origin. An array of answers is given out one by one, the last one from then on. */
export async function startOrigin(routes: Routes, options: OriginOptions = {}): Promise<Origin> {
  const sockets = new Set<Socket>();
  const numbers = new WeakMap<Socket, number>();
  const requests: Recorded[] = [];
  let connections = 0;
  let concurrent = 0;
  let maxConcurrent = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const bare = path.split('?')[0]!;
    requests.push({
      path,
      headers: request.headers,
      connection: numbers.get(request.socket)!,
      at: performance.now(),
    });
    concurrent += 1;
    maxConcurrent = Math.max(maxConcurrent, concurrent);
    response.once('close', () => {
      concurrent -= 1;
    });
    const route = routes[bare] ?? routes['*'] ?? { status: 404, body: 'not here' };
    const hit = requests.filter((one) => one.path.split('?')[0] === bare).length;
    if (typeof route === 'function') return route(request, response, hit);
    const answer = Array.isArray(route) ? route[Math.min(hit, route.length) - 1]! : route;
    const latency = answer.latencyMs ?? options.latencyMs ?? 0;
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    send(request, response, answer);
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1;
    numbers.set(socket, connections);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    hits: (path) =>
      path === undefined ? requests.length : requests.filter((one) => one.path === path).length,
    get connections() {
      return connections;
    },
    get concurrent() {
      return concurrent;
    },
    get maxConcurrent() {
      return maxConcurrent;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (answer.raw !== undefined) {
    const { socket } = request;
    socket.write(answer.raw, () => {
      if (answer.afterwards === 'end') socket.end();
      if (answer.afterwards === 'reset') socket.resetAndDestroy();
    });
    return;
  }
  const body = Buffer.from(answer.body ?? '');
  response.writeHead(answer.status ?? 200, { 'content-length': String(body.length), ...answer.headers });
  response.end(body);
}
