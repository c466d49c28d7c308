// A proxy in front of a storage server: refuses what is not signed rightly, and misbehaves as a test says.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { startServer } from './webhook-receiver.ts';

/**
 * `unavailable` answers 503; `slow` waits before it hands the request on; `reset` breaks the connection before it does,
 * `lost` after; `silent` takes the request and never answers.
 */
export type Fault = 'unavailable' | 'slow' | 'reset' | 'lost' | 'silent';

export interface Asked {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** What the server behind answered; null when the request never came to it. */
  answered: number | null;
}

export interface FaultProxy {
  url: string;
  /** Every request that came, in order. */
  requests: Asked[];
  /** Asked for every request; null lets it through. */
  fault: (asked: Asked, number: number) => Fault | null;
  /** Answers of the server behind that are on their way. */
  answering(): number;
  close(): Promise<void>;
}

const SLOW_MS = 400;

export async function startFaultProxy({
  upstream,
  refuse,
  answer,
}: {
  upstream: string;
  /** The status of a call that the server behind does not know; null hands it on. */
  answer?(asked: Asked): number | null;
  /** The answer to a request that is not let through, or null. */
  refuse(asked: Asked): string | null;
}): Promise<FaultProxy> {
  const requests: Asked[] = [];
  const server = createServer((incoming, response) => void handle(incoming, response));
  const { url, close } = await startServer(server);
  let answering = 0;
  const proxy: FaultProxy = { url, requests, fault: () => null, answering: () => answering, close };

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return; // cut off by its sender
    }
    const { method = '', url: path = '', headers } = incoming;
    const asked: Asked = { method, path, headers, body: Buffer.concat(chunks), answered: null };
    requests.push(asked);
    const fault = proxy.fault(asked, requests.length);
    if (fault === 'silent') return;
    if (fault === 'reset') return void incoming.socket.resetAndDestroy();
    if (fault === 'unavailable') return void response.writeHead(503, { 'retry-after': '0' }).end();
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const refused = refuse(asked);
    if (refused !== null) return void response.writeHead(403).end(refused);
    const status = answer?.(asked) ?? null;
    if (status !== null) {
      asked.answered = status;
      return void response.writeHead(status).end();
    }
    const forwarded = request(upstream + path, { method, headers }, (given) => {
      asked.answered = given.statusCode!;
      if (fault === 'lost') {
        given.resume().on('end', () => incoming.socket.resetAndDestroy());
        return;
      }
      response.writeHead(given.statusCode!, given.headers);
      answering++;
      response.once('close', () => {
        answering--;
        given.destroy();
      });
      given.pipe(response);
    });
    forwarded.on('error', () => incoming.socket.destroy());
    forwarded.end(asked.body);
  }

  return proxy;
}
