// One download against a scripted origin: what every answer comes out as. Real sockets, loopback only.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ImageFailure } from '../../src/errors.ts';
import { failed, fetched, fetcher, fetchOnce, origin, PICTURE, rawHead } from '../fakes/fetching.ts';
import type { Routes } from '../fakes/origin.ts';

describe('a usable answer', () => {
  test('comes back byte for byte, over one connection', async () => {
    const server = await origin({ '/a.jpg': { body: PICTURE }, '/b.jpg': { body: PICTURE } });
    const images = fetcher();
    for (const path of ['/a.jpg', '/b.jpg?x=1', '/a.jpg'])
      expect(await images.fetchImage(server.url + path)).toEqual(fetched(PICTURE));
    expect([server.hits(), server.hits('/b.jpg?x=1'), server.connections]).toEqual([3, 1, 1]);
  });

  test('is asked for as halve, without packing, cookies or credentials', async () => {
    const { server } = await fetchOnce({ body: PICTURE });
    const { connection: _, ...headers } = server.requests[0]!.headers;
    expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'host', 'user-agent']);
    expect(headers['user-agent']).toMatch(/^halve\/\d+\.\d+\.\d+/);
    expect(headers['accept-encoding']).toBe('identity');
    expect(headers.accept).toMatch(/^image\//);
  });

  test('may come in chunks, byte by byte, or end with the connection', async () => {
    const chunked = await fetchOnce((_request, response) => {
      for (const byte of PICTURE.subarray(0, 2_000)) response.write(Buffer.of(byte));
      response.end(PICTURE.subarray(2_000));
    });
    expect(chunked.result).toEqual(fetched(PICTURE));
    const closed = await fetchOnce({ raw: `${rawHead('connection: close')}abc`, afterwards: 'end' });
    expect(closed.result).toEqual(fetched(Buffer.from('abc')));
  });

  test('may be announced by 1xx answers', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n';
    const { result } = await fetchOnce({ raw: `${hints}${hints}${rawHead('content-length: 3')}abc` });
    expect(result).toEqual(fetched(Buffer.from('abc')));
  });

  test('ends where its Content-Length says, although more comes; the connection is not used again', async () => {
    const server = await origin({
      '/': { raw: `${rawHead('content-length: 2')}abcdef` },
      '/b': { body: 'next' },
    });
    const images = fetcher();
    expect(await images.fetchImage(server.url)).toEqual(fetched(Buffer.from('ab')));
    expect(await images.fetchImage(`${server.url}/b`)).toEqual(fetched(Buffer.from('next')));
    expect(server.connections).toBe(2);
  });
});

describe('packed answers', () => {
  test.each([
    ['gzip', gzipSync(PICTURE)],
    ['x-gzip', gzipSync(PICTURE)],
    ['GZIP', gzipSync(PICTURE)],
    ['deflate', deflateSync(PICTURE)],
    ['br', brotliCompressSync(PICTURE)],
    ['identity', PICTURE],
    ['identity, aws-chunked', PICTURE],
  ])('%s is unpacked', async (coding, body) => {
    const { result } = await fetchOnce({ headers: { 'content-encoding': coding }, body });
    expect(result).toEqual(fetched(PICTURE));
  });

  test.each([
    [
      'two layers',
      { 'content-encoding': 'gzip, gzip' },
      gzipSync(gzipSync(PICTURE)),
      'unsupported_format',
      false,
    ],
    [
      'a thousand layers',
      { 'content-encoding': Array(1_000).fill('br').join() },
      PICTURE,
      'unsupported_format',
      false,
    ],
    ['two layers on two lines', { 'content-encoding': ['gzip', 'br'] }, PICTURE, 'unsupported_format', false],
    ['an unknown coding', { 'content-encoding': 'zstd' }, PICTURE, 'unsupported_format', false],
    [
      'a coding by the name of a method',
      { 'content-encoding': 'constructor' },
      PICTURE,
      'unsupported_format',
      false,
    ],
    ['what is not packed', { 'content-encoding': 'gzip' }, PICTURE, 'corrupt_image', false],
    [
      'a cut archive',
      { 'content-encoding': 'gzip' },
      gzipSync(PICTURE).subarray(0, -100),
      'connect_failed',
      true,
    ],
  ] as const)('%s is refused', async (_name, headers, body, code, transient) => {
    const { result } = await fetchOnce({ headers: headers as Record<string, string | string[]>, body });
    expect(result).toMatchObject(failed(code, 200, transient));
  });

  test('a bomb is stopped at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().arrayBuffers;
    const { result } = await fetchOnce({ headers: { 'content-encoding': 'gzip' }, body: bomb });
    expect(result).toMatchObject({
      ...failed('too_large', 200, false),
      message: 'the picture is larger than 1000000 bytes',
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });
});

describe('too much and too little', () => {
  test('exactly the limit is fetched, one byte more is not, whether announced or not', async () => {
    const maxBytes = 1_000;
    const [fits, over] = [Buffer.alloc(1_000, 1), Buffer.alloc(1_001, 1)];
    const stream =
      (body: Buffer): Routes[string] =>
      (_request, response) =>
        void response.end(body);
    expect((await fetchOnce({ body: fits }, { maxBytes })).result).toEqual(fetched(fits));
    expect((await fetchOnce(stream(fits), { maxBytes })).result).toEqual(fetched(fits));
    expect((await fetchOnce({ body: over }, { maxBytes })).result).toMatchObject(
      failed('too_large', 200, false),
    );
    expect((await fetchOnce(stream(over), { maxBytes })).result).toMatchObject(
      failed('too_large', 200, false),
    );
    const packed: Routes[string] = { headers: { 'content-encoding': 'gzip' }, body: gzipSync(over) };
    expect((await fetchOnce(packed, { maxBytes })).result).toMatchObject(failed('too_large', 200, false));
  });

  test('a Content-Length over the limit is refused before the body', async () => {
    let socket: Socket | undefined;
    const { result } = await fetchOnce((request, response) => {
      socket = request.socket;
      response.writeHead(200, { 'content-length': '99999999999' }).flushHeaders();
    });
    expect(result).toMatchObject(failed('too_large', 200, false));
    if (!socket!.destroyed) await once(socket!, 'close');
  });

  test('an endless body is stopped', async () => {
    const { server, result } = await fetchOnce((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(PICTURE));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(result).toMatchObject(failed('too_large', 200, false));
    expect(server.hits()).toBe(1);
  });

  test.each([
    ['200 with length 0', { body: '' }, 200],
    ['200 that only closes', { raw: rawHead('connection: close'), afterwards: 'end' }, 200],
    ['204', { raw: 'HTTP/1.1 204 No Content\r\n\r\n' }, 204],
    ['205', { status: 205 }, 205],
  ] as const)('%s is empty_body', async (_name, answer, status) => {
    expect((await fetchOnce(answer)).result).toMatchObject(failed('empty_body', status, false));
  });

  test.each([
    [
      'a body shorter than its length',
      { raw: `${rawHead('content-length: 100')}abc`, afterwards: 'end' },
      true,
    ],
    [
      'the same on a connection that closes',
      { raw: `${rawHead('content-length: 9', 'connection: close')}abc`, afterwards: 'end' },
      true,
    ],
    ['a cut chunk', { raw: `${rawHead('transfer-encoding: chunked')}ff\r\nabc`, afterwards: 'end' }, true],
    [
      'chunks without the last one',
      { raw: `${rawHead('transfer-encoding: chunked')}3\r\nabc\r\n`, afterwards: 'end' },
      true,
    ],
    ['a reset in the middle', { raw: `${rawHead('content-length: 100')}abc`, afterwards: 'reset' }, true],
    ['a wrong chunk', { raw: `${rawHead('transfer-encoding: chunked')}zz\r\nabc\r\n` }, false],
  ] as const)('%s is connect_failed', async (_name, answer, transient) => {
    expect((await fetchOnce(answer)).result).toMatchObject(failed('connect_failed', 200, transient));
  });

  test.each([
    ['two lengths', { raw: `${rawHead('content-length: 3', 'content-length: 4')}abc` }, true],
    ['a length that is no number', { raw: `${rawHead('content-length: -3')}abc` }, false],
    ['no HTTP at all', { raw: 'SSH-2.0-OpenSSH_9.2\r\n' }, false],
    ['headers without end', { raw: `HTTP/1.1 200 OK\r\n${'x-padding: yes\r\n'.repeat(5_000)}` }, false],
    ['closing without an answer', { raw: '', afterwards: 'end' }, true],
    ['a reset without an answer', { raw: '', afterwards: 'reset' }, true],
    ['a cut header', { raw: 'HTTP/1.1 200 OK\r\ncontent-le', afterwards: 'end' }, true],
  ] as const)('%s is connect_failed, asked once', async (_name, answer, transient) => {
    const { server, result } = await fetchOnce(answer);
    expect(result).toMatchObject(failed('connect_failed', null, transient));
    expect(server.hits()).toBe(1);
  });
});

describe('status', () => {
  const statuses: [number, boolean][] = [
    ...[400, 401, 403, 404, 405, 410, 418, 451, 501, 505].map((one): [number, boolean] => [one, false]),
    ...[408, 425, 429, 500, 502, 503, 504, 507, 520].map((one): [number, boolean] => [one, true]),
    ...[201, 202, 203, 206, 300, 304, 305, 306].map((one): [number, boolean] => [one, false]),
  ];
  test.each(statuses)('%i is http_<status>, transient: %s', async (status, transient) => {
    const body = status === 304 ? '' : 'a page';
    const { server, result } = await fetchOnce({ status, body, headers: { location: '/elsewhere' } });
    expect(result).toEqual({
      ...failed(`http_${status}`, status, transient),
      message: `the server answered ${status}`,
      retry_after_ms: null,
    });
    expect(server.hits()).toBe(1);
  });

  test('Retry-After is told for what is worth another attempt, an hour at most', async () => {
    const asking = async (status: number, value: string | string[]) => {
      const { result } = await fetchOnce({ status, headers: { 'retry-after': value } });
      return (result as ImageFailure).retry_after_ms;
    };
    expect(await asking(429, '7')).toBe(7_000);
    expect(await asking(429, ['7', '9'])).toBe(7_000);
    expect(await asking(429, '-7')).toBeNull();
    expect(await asking(503, '9'.repeat(400))).toBe(3_600_000);
    expect(await asking(503, 'Fri, 01 Jan 2100 00:00:00 GMT')).toBe(3_600_000);
    expect(await asking(503, 'Thu Jan  1 00:00:00 1970')).toBe(0);
    expect(await asking(404, '7')).toBeNull();
  });

  test('the connection of a refused answer is used again, unless its body is long', async () => {
    const server = await origin({
      '/small': { status: 404, body: PICTURE.subarray(0, 60_000) },
      '/large': { status: 404, body: PICTURE },
    });
    const images = fetcher();
    for (const path of ['/small', '/small', '/large', '/small']) await images.fetchImage(server.url + path);
    expect(server.requests.map((one) => one.connection)).toEqual([1, 1, 1, 2]);
    expect(server.connections).toBe(2);
  });

  test('a refused answer with an endless body is known by its status', async () => {
    const { result } = await fetchOnce((_request, response) => {
      response.writeHead(500).write('a bit');
    });
    expect(result).toMatchObject(failed('http_500', 500, true));
  });
});
