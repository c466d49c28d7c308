// What a download does to time, connections, host slots and DNS. Real sockets, loopback only.
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parseHostList } from '../../src/util/parse-settings.ts';
import { failed, fetched, fetcher, fetchOnce, origin, PICTURE, rawHead } from '../fakes/fetching.ts';
import { type Routes, startOrigin } from '../fakes/origin.ts';

describe('time', () => {
  test('no answer, a header drip and a body drip end at the deadline', async () => {
    const drip =
      (head: string): Routes[string] =>
      (request) => {
        const { socket } = request;
        socket.write(head);
        const timer = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => clearInterval(timer));
      };
    for (const [answer, status] of [
      [() => {}, null],
      [drip('HTTP/1.1 200 OK\r\nx-slow: '), null],
      [drip(rawHead('content-length: 100000')), 200],
    ] as const) {
      const started = performance.now();
      const { server, result } = await fetchOnce(answer, { timeoutMs: 400 });
      expect(result).toMatchObject({
        ...failed('timeout', status, true),
        message: 'the server took longer than 0.4 s',
      });
      expect(performance.now() - started).toBeLessThan(1_500);
      expect(server.hits()).toBe(1);
    }
  });

  test('the deadline counts redirects together', async () => {
    const slow = (location: string) => ({ latencyMs: 250, status: 302, headers: { location } });
    const server = await origin({ '/': slow('/b'), '/b': slow('/c'), '/c': { body: PICTURE } });
    expect(await fetcher({ timeoutMs: 400 }).fetchImage(server.url)).toMatchObject(
      failed('timeout', null, true),
    );
    expect([server.hits('/b'), server.hits('/c')]).toEqual([1, 0]);
  });

  test('fewer bytes than the minimum rate over a window is a timeout, more is not', async () => {
    const minimumRate = { bytesPerSecond: 1_000, windowMs: 300 };
    const drip =
      (bytes: number): Routes[string] =>
      (_request, response) => {
        let rounds = 0;
        const timer = setInterval(() => {
          response.write(Buffer.alloc(bytes));
          if (++rounds === 40) response.end();
        }, 25);
        response.once('close', () => clearInterval(timer));
      };
    const slow = await fetchOnce(drip(1), { minimumRate });
    expect(slow.result).toMatchObject({
      ...failed('timeout', 200, true),
      message: 'the server sent less than 1000 bytes a second for 0.3 s',
    });
    const steady = await fetchOnce(drip(200), { minimumRate });
    expect(steady.result).toEqual(fetched(Buffer.alloc(8_000)));
    const silent = await fetchOnce({ raw: `${rawHead('content-length: 9')}abc` }, { minimumRate });
    expect(silent.result).toMatchObject(failed('timeout', 200, true));
  });

  test('a connection that is never accepted is a timeout', async () => {
    const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 });
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    // TLS hello without an answer: accepted by the system, never by anyone who speaks.
    const result = await fetcher({ connectTimeoutMs: 500 }).fetchImage(`https://127.0.0.1:${port}/`);
    expect(result).toMatchObject(failed('timeout', null, true));
    server.close();
  });

  test('an abort ends the download, and the connection with it', async () => {
    const events = new EventEmitter();
    const [asked, closed] = [once(events, 'asked'), once(events, 'closed')];
    const server = await origin({
      '/': (_request, response) => {
        response.once('close', () => events.emit('closed'));
        events.emit('asked');
      },
    });
    const controller = new AbortController();
    const result = fetcher().fetchImage(server.url, controller.signal);
    await asked;
    controller.abort();
    expect(await result).toMatchObject(failed('timeout', null, true));
    await closed;
    expect(await fetcher().fetchImage(server.url, controller.signal)).toMatchObject(
      failed('timeout', null, true),
    );
    expect(server.hits()).toBe(1);
  });
});

describe('connections', () => {
  test('one that was closed while idle is replaced at once, and only once', async () => {
    const dying = await origin({
      '/ok': { body: PICTURE },
      // Closes on the second request of a connection: what a server does that closed it while the request was on its way.
      '/': (request, response) => {
        if (dying.requests.filter((one) => one.connection === dying.requests.at(-1)!.connection).length > 1)
          request.socket.destroy();
        else response.end(PICTURE);
      },
      '/never': (request) => void request.socket.destroy(),
    });
    const images = fetcher();
    expect(await images.fetchImage(`${dying.url}/ok`)).toEqual(fetched(PICTURE));
    expect(await images.fetchImage(dying.url)).toEqual(fetched(PICTURE));
    expect([dying.hits('/'), dying.connections]).toEqual([2, 2]);
    expect(await images.fetchImage(`${dying.url}/never`)).toMatchObject(failed('connect_failed', null, true));
    expect([dying.hits('/never'), dying.connections]).toEqual([2, 3]);
    // On a fresh connection it is the server's answer, and a later attempt's business.
    expect(await fetcher().fetchImage(`${dying.url}/never`)).toMatchObject(
      failed('connect_failed', null, true),
    );
    expect(dying.hits('/never')).toBe(3);
  });

  test('a host slot is held for each stretch on a host, and not while waiting for the next', async () => {
    const other = await origin({ '/': { body: PICTURE } });
    const server = await origin({
      '/': { status: 302, headers: { location: '/b' } },
      '/b': { status: 302, headers: { location: other.url } },
    });
    const log: string[] = [];
    const names: Record<string, string> = {
      [`127.0.0.1:${server.port}`]: 'server',
      [`127.0.0.1:${other.port}`]: 'other',
    };
    const images = fetcher({
      hostSlot: async (host) => {
        log.push(`+${names[host]} ${server.concurrent + other.concurrent}`);
        return () => void log.push(`-${names[host]} ${server.concurrent + other.concurrent}`);
      },
    });
    expect(await images.fetchImage(server.url)).toEqual(fetched(PICTURE));
    expect(log).toEqual(['+server 0', '-server 0', '+other 0', '-other 0']);
  });

  test('slots bound what a host sees, and every slot comes back', async () => {
    const server = await origin({ '*': { body: PICTURE } }, { latencyMs: 5 });
    let free = 3;
    const waiting: (() => void)[] = [];
    const images = fetcher({
      hostSlot: async () => {
        if (free > 0) free -= 1;
        else await new Promise<void>((resolve) => waiting.push(resolve));
        return () => {
          const next = waiting.shift();
          if (next) next();
          else free += 1;
        };
      },
    });
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, index) => images.fetchImage(`${server.url}/${index}`)),
    );
    expect(results.filter((one) => one.status === 'fetched')).toHaveLength(60);
    expect([server.hits(), server.maxConcurrent, server.connections, free]).toEqual([60, 3, 3, 3]);
  });

  test('waiting for a slot does not count, and an abort while waiting gives the slot back', async () => {
    const server = await origin({ '/': { body: PICTURE } });
    let released = 0;
    const grants: (() => void)[] = [];
    const hostSlot = () =>
      new Promise<() => void>((resolve) => {
        grants.push(() =>
          resolve(() => {
            released += 1;
          }),
        );
      });
    const images = fetcher({ hostSlot, timeoutMs: 200 });
    const patient = images.fetchImage(server.url);
    await new Promise((resolve) => setTimeout(resolve, 400));
    grants[0]!();
    expect(await patient).toEqual(fetched(PICTURE));
    const controller = new AbortController();
    const given = images.fetchImage(server.url, controller.signal);
    controller.abort();
    expect(await given).toMatchObject(failed('timeout', null, true));
    expect(released).toBe(1);
    grants[1]!();
    await new Promise((resolve) => setImmediate(resolve));
    expect([released, server.hits()]).toEqual([2, 1]);
  });

  test('a slot comes back after a failure', async () => {
    let held = 0;
    const images = fetcher({
      timeoutMs: 200,
      hostSlot: async () => {
        held += 1;
        return () => {
          held -= 1;
        };
      },
    });
    const server = await origin({ '/': () => {}, '/reset': { raw: '', afterwards: 'reset' } });
    for (const url of [server.url, `${server.url}/reset`, 'http://169.254.1.1/', 'http://127.0.0.1:1/'])
      expect((await images.fetchImage(url)).status).toBe('failed');
    expect(held).toBe(0);
  });
});

describe('no connection', () => {
  test.each([
    '',
    'x',
    '/a.jpg',
    'ftp://127.0.0.1/a',
    'file:///etc/passwd',
    'javascript:1',
    'http://',
    'http://[::1',
    'http://a b/',
  ])('%j is invalid_url', async (url) => {
    expect(await fetcher().fetchImage(url)).toMatchObject(failed('invalid_url', null, false));
  });

  test('a closed port is connect_failed', async () => {
    const gone = await startOrigin({});
    await gone.close();
    expect(await fetcher().fetchImage(gone.url)).toMatchObject({
      ...failed('connect_failed', null, true),
      message: '127.0.0.1 did not accept the connection',
    });
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'])('%s is dns_failed', async (code) => {
    const images = fetcher({
      lookup: (_host, _options, callback) =>
        callback(Object.assign(new Error(code), { code, syscall: 'getaddrinfo' }), []),
    });
    expect(await images.fetchImage('http://shop.test/')).toMatchObject({
      ...failed('dns_failed', null, true),
      message: 'the address of shop.test could not be found',
    });
  });

  test('the next address is tried when the first does not answer', async () => {
    const server = await origin({ '/': { body: PICTURE } });
    const images = fetcher({
      lookup: (_host, _options, callback) =>
        callback(null, [
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });
    expect(await images.fetchImage(`http://shop.test:${server.port}/`)).toEqual(fetched(PICTURE));
  });

  test('a socket that ended up elsewhere than at the checked address is closed before it is used', async () => {
    const server = await origin({ '/': { body: PICTURE } });
    let reads = 0;
    const images = fetcher({
      policy: { allowPrivate: false, allowed: parseHostList('127.0.0.2') },
      // An answer that changes between the check and the connection.
      lookup: (_host, _options, callback) =>
        callback(null, [
          {
            get address() {
              reads += 1;
              return reads === 1 ? '127.0.0.2' : '127.0.0.1';
            },
            family: 4,
          },
        ]),
    });
    const result = await images.fetchImage(`http://shop.test:${server.port}/`);
    expect(result).toEqual({
      ...failed('blocked_address', null, false),
      message: 'shop.test leads to an address that may not be connected to',
      retry_after_ms: null,
    });
    expect([server.connections, server.hits()]).toEqual([1, 0]);
  });

  test('close() waits for what is running', async () => {
    const server = await origin({ '/': { latencyMs: 100, body: PICTURE } });
    const images = fetcher();
    const running = images.fetchImage(server.url);
    await images.close();
    expect(await running).toEqual(fetched(PICTURE));
    expect((await images.fetchImage(server.url)).status).toBe('failed');
    expect(server.hits()).toBe(1);
  });
});
