// One attempt at a delivery that gets no answer, or must not be made: every way a network has, with real sockets.
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendWebhook } from '../../src/webhook/deliver.ts';
import { newWebhookSecret } from '../../src/webhook/sign.ts';
import { CERTIFICATES } from '../fakes/certificates.ts';
import { startReceiver, startServer } from '../fakes/webhook-receiver.ts';

const secret = newWebhookSecret();
const body = '{"type":"request.completed","request_id":"Grüße"}';
const closing: (() => Promise<unknown>)[] = [];
let dispatcher: Agent;

beforeEach(() => {
  dispatcher = new Agent();
  closing.push(() => dispatcher.destroy());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function receiver(answer: RequestListener) {
  const started = await startReceiver(answer);
  closing.push(started.close);
  return started;
}

function send(url: string, options: { timeoutMs?: number; now?: number; dispatcher?: Agent } = {}) {
  return sendWebhook({ dispatcher, url, id: 'dlv_1', body, secret, now: Date.now(), ...options });
}

describe('no answer', () => {
  const none = { outcome: 'retry', http_status: null, retry_after_ms: null, response_excerpt: null };

  it('within the time limit ends the attempt and its connection', async () => {
    let closed = Promise.resolve<unknown>(undefined);
    const { hits, url } = await receiver((request) => {
      closed = once(request.socket, 'close');
    });
    const result = await send(url, { timeoutMs: 200 });
    expect(result).toMatchObject({ ...none, error: 'no answer within 200 ms' });
    expect(result.duration_ms).toBeLessThan(5_000);
    await closed;
    expect(hits).toHaveLength(1);
  });

  it('counts the time of the connection too, and sends nothing over one that comes late', async () => {
    const { hits, server, url } = await receiver((_, response) => response.end());
    const connect = buildConnector({});
    let open: (() => void) | undefined;
    const late = new Agent({
      connections: 1,
      connect: (options, callback) => {
        if (open) connect(options, callback);
        else open = () => connect(options, callback);
      },
    });
    closing.push(() => late.destroy());
    expect(await send(url, { timeoutMs: 100, dispatcher: late })).toMatchObject({
      ...none,
      error: 'no answer within 100 ms',
    });
    const connected = once(server, 'connection');
    open?.();
    await connected;
    // The first connection stands before the second request is made: had the first been sent over it, it would be there.
    expect(await send(`${url}/second`, { dispatcher: late })).toMatchObject({ outcome: 'delivered' });
    expect(hits.map(({ request }) => request.url)).toEqual(['/second']);
  });

  it('from a closed port', async () => {
    const { close, url } = await receiver(() => undefined);
    await close();
    expect(await send(url)).toMatchObject({ ...none, error: 'the connection was refused (ECONNREFUSED)' });
  });

  it.each(['resetAndDestroy', 'end'] as const)('but a socket that is cut (%s)', async (cut) => {
    let connections = 0;
    const server = createTcpServer((socket) => {
      connections++;
      socket.on('error', () => undefined).once('data', () => socket[cut]());
    });
    const { url, close } = await startServer(server);
    closing.push(close);
    const result = await send(url);
    expect(result).toMatchObject(none);
    expect(result.error).toMatch(
      /^the connection was (reset \(ECONNRESET|closed before an answer \(UND_ERR_SOCKET)\)$/,
    );
    expect(connections).toBe(1);
  });

  it('but something that is no HTTP', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    });
    const { url, close } = await startServer(server);
    closing.push(close);
    const result = await send(url);
    expect(result).toMatchObject({ ...none, error: 'the answer was not HTTP (HTTPParserError)' });
  });

  it.each([
    [
      'a self-signed certificate',
      CERTIFICATES.good,
      'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    ['an expired certificate', CERTIFICATES.expired, 'the certificate has expired (CERT_HAS_EXPIRED)'],
    ['no TLS at all', null, expect.stringMatching(/^no TLS connection came about \(ERR_SSL_[A-Z_]+\)$/)],
  ])('but %s', async (_name, tls, error) => {
    const server = tls
      ? createTlsServer(tls)
      : createTcpServer((socket) => socket.end('HTTP/1.1 400 No\r\n\r\n'));
    const { url, close } = await startServer(server);
    closing.push(close);
    const trusting = new Agent({ connect: tls === CERTIFICATES.expired ? { ca: tls.cert } : {} });
    closing.push(() => trusting.destroy());
    const result = await send(url.replace('http:', 'https:'), { dispatcher: trusting });
    expect(result).toMatchObject({ ...none, error });
  });

  it('since the name does not exist', async () => {
    const result = await send('http://nowhere.invalid/');
    expect(result).toMatchObject({
      ...none,
      error: expect.stringMatching(/^the host name .+ \((ENOTFOUND|EAI_AGAIN)\)$/),
    });
  });
});

describe('a URL that is refused', () => {
  const refused = { outcome: 'refused', http_status: null, response_excerpt: null };

  it('leads to a blocked address, however deep the error sits', async () => {
    const { hits, url } = await receiver((_, response) => response.end());
    const connect = buildConnector({});
    const guarded = new Agent({
      connect(options, callback) {
        const blocked = Object.assign(new Error('127.0.0.1 is private'), { name: 'BlockedAddressError' });
        if (options.port)
          return callback(new Error('connect', { cause: new AggregateError([blocked]) }), null);
        return connect(options, callback);
      },
    });
    closing.push(() => guarded.destroy());
    expect(await send(url, { dispatcher: guarded })).toMatchObject({
      ...refused,
      error: 'the webhook URL leads to an address that must not be connected to',
    });
    expect(hits).toHaveLength(0);
  });

  it('cannot be requested', async () => {
    const { hits, url } = await receiver((_, response) => response.end());
    const connect = (_options: object, callback: (error: Error, socket: null) => void) =>
      callback(Object.assign(new Error('invalid'), { code: 'UND_ERR_INVALID_ARG' }), null);
    const failing = new Agent({ connect: connect as buildConnector.connector });
    closing.push(() => failing.destroy());
    expect(await send(url, { dispatcher: failing })).toMatchObject({
      ...refused,
      error: 'the webhook URL cannot be requested (UND_ERR_INVALID_ARG)',
    });
    expect(hits).toHaveLength(0);
  });

  it.each(['', 'hello', '/hook', 'ftp://a.example/', 'file:///etc/passwd', 'data:,x', 'http://'])(
    'is no http(s) URL: %j',
    async (url) => {
      expect(await send(url)).toMatchObject({ ...refused, error: 'the webhook URL is no http(s) URL' });
    },
  );
});
