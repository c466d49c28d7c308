// A hundred callers at once, over real sockets: all are let in before the first is served.
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import fastify from 'fastify';
import { afterEach, expect, it } from 'vitest';
import type { App } from '../../src/http/context.ts';
import { acceptFirst } from '../../src/http/guards/connections.ts';

const app = fastify() as unknown as App;
afterEach(() => app.close());

it('accepts all connections that wait before it answers on any', async () => {
  let accepted = 0;
  const acceptedWhenServed: number[] = [];
  app.server.on('connection', () => accepted++);
  acceptFirst(app);
  app.get('/', async () => {
    acceptedWhenServed.push(accepted);
    return 'ok';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;

  const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
  const answers = await Promise.all(
    sockets.map(async (socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      socket.write('GET / HTTP/1.1\r\nHost: halve\r\nConnection: close\r\n\r\n');
      await once(socket, 'close');
      return text.slice(0, 'HTTP/1.1 200'.length);
    }),
  );

  expect(answers).toEqual(Array(100).fill('HTTP/1.1 200'));
  expect(acceptedWhenServed).toEqual(Array(100).fill(100));
});
