// `halve listen` as a function: what it answers, logs, remembers and refuses, over real sockets.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listener, startListener } from '../../src/cli/listen.ts';
import { newWebhookSecret, signedHeaders } from '../../src/webhook/sign.ts';

const secret = newWebhookSecret();
const body = JSON.stringify({
  type: 'request.completed',
  request_id: 'req_1',
  status: 'completed',
  images: { total: 3, processed: 2, failed: 1, pending: 0 },
});
const signed = (id: string, text = body) =>
  signedHeaders({ id, timestampSeconds: Math.floor(Date.now() / 1000), body: text, secret });

let listener: Listener | undefined;
let lines: string[] = [];
afterEach(() => listener?.close());

async function start(options: { secret?: string; host?: string; port?: number } = {}): Promise<Listener> {
  lines = [];
  listener = await startListener({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    secret: options.secret,
    log: (line) => lines.push(line),
  });
  return listener;
}

function post(text: string, headers: Record<string, string> = {}, path = '/') {
  return fetch(`${listener?.url}${path}`, { method: 'POST', body: text, headers });
}

describe('a listener', () => {
  it('takes a free port, names it, answers a POST on any path and lists it', async () => {
    const { url, received } = await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    for (const path of ['/', '/webhook', '/a/b?c=d']) {
      const response = await post(body, {}, path);
      expect([response.status, await response.text()]).toEqual([200, '{"status":"Webhook received"}']);
    }
    expect(received.map(({ path }) => path)).toEqual(['/', '/webhook', '/a/b?c=d']);
    expect(await (await fetch(url)).json()).toEqual({ received });
    expect(lines).toHaveLength(3);
  });

  it('logs time, id, type, request, status, counts and trust in one line, and notes a repeat', async () => {
    await start({ secret });
    await post(body, signed('dlv_1'));
    await post(body, signed('dlv_2'));
    await post(body, signed('dlv_1'));
    const rest = 'request.completed  req_1  completed  2 of 3 images processed, 1 failed  verified';
    expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z {2}/, ''))).toEqual([
      `dlv_1  ${rest}`,
      `dlv_2  ${rest}`,
      `dlv_1  ${rest}  repeat: delivery 2 of this id`,
    ]);
    expect(listener?.received.map(({ delivery, verified }) => [delivery, verified])).toEqual([
      [1, true],
      [1, true],
      [2, true],
    ]);
  });

  it.each([
    [
      'another secret',
      signedHeaders({ id: 'd', timestampSeconds: Date.now() / 1000, body, secret: newWebhookSecret() }),
    ],
    ['another body', signed('d', '{}')],
    ['a time long ago', signedHeaders({ id: 'd', timestampSeconds: 1_600_000_000, body, secret })],
    ['no signature', {}],
  ])('with a secret refuses %s and does not list it', async (_name, headers) => {
    await start({ secret });
    const response = await post(body, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'The webhook signature is not valid',
      status: 401,
      detail: expect.stringMatching(/./),
      code: 'invalid_signature',
    });
    expect(listener?.received).toHaveLength(0);
    expect(lines).toEqual([expect.stringContaining('REFUSED')]);
  });

  it('without a secret takes signed callbacks as unverified', async () => {
    await start();
    expect((await post(body, signed('dlv_1'))).status).toBe(200);
    expect(listener?.received).toMatchObject([{ id: 'dlv_1', verified: null, request_id: 'req_1' }]);
    expect(lines[0]).toContain('unverified');
  });

  it('takes 1 MiB and not a byte more', async () => {
    await start();
    const of = (length: number) => JSON.stringify({ type: 'x'.repeat(length - '{"type":""}'.length) });
    expect((await post(of(1024 * 1024))).status).toBe(200);
    const tooLong = await post(of(1024 * 1024 + 1));
    expect([tooLong.status, await tooLong.json()]).toEqual([
      413,
      expect.objectContaining({ code: 'upload_too_large' }),
    ]);
    expect(listener?.received).toHaveLength(1);
  });

  it('lets no control character through to the terminal', async () => {
    await start();
    await post('{"type":"\\u001b[2J\\nforged","request_id":"\\u202eevil"}');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('?[2J?forged  ?evil');
  });

  it('remembers the newest 1,000', async () => {
    await start();
    for (let n = 0; n < 1_001; n++) await (await post(`{"request_id":"${n}"}`)).text();
    expect(listener?.received).toHaveLength(1_000);
    expect(listener?.received.at(0)?.request_id).toBe('1');
  });

  it('answers 404 to other methods', async () => {
    const { url } = await start();
    const response = await fetch(url, { method: 'DELETE' });
    expect([response.status, await response.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'not_found' }),
    ]);
  });

  it('goes on after a sender that broke off, and closes with a connection open', async () => {
    const { url } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await once(socket, 'connect');
    socket.destroy();
    expect((await post(body)).status).toBe(200);
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    await once(idle, 'connect');
    await Promise.all([listener?.close(), once(idle, 'close')]);
    listener = undefined;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('rejects when the port is taken', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(
      startListener({ host: '127.0.0.1', port, secret: undefined, log: () => undefined }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('puts an IPv6 address in brackets', async () => {
    const { url } = await start({ host: '::1' });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await post(body)).status).toBe(200);
  });
});
