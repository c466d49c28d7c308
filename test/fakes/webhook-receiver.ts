// A receiver of webhooks on the loopback address that keeps what it was sent and answers as the test says.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface Receiver {
  /** Without a slash at the end. */
  url: string;
  server: Server;
  hits: { request: IncomingMessage; body: string }[];
  /** Cuts every connection; fine when it is closed already. */
  close(): Promise<void>;
}

/** `answer` is called when the whole body has been read. */
export async function startReceiver(answer: RequestListener): Promise<Receiver> {
  const hits: Receiver['hits'] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    hits.push({ request, body });
    answer(request, response);
  });
  return { hits, server, ...(await startServer(server)) };
}

/** Listens on a free port, for servers that speak something other than HTTP. */
export async function startServer(server: Server): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
