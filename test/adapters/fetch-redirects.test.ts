// Redirects: what is followed, how far, and what is not carried along. Real sockets, loopback only.
import { describe, expect, test } from 'vitest';
import { failed, fetched, fetcher, fetchOnce, origin, PICTURE } from '../fakes/fetching.ts';
import type { Routes } from '../fakes/origin.ts';

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%i is followed, on the same connection', async (status) => {
    const server = await origin({
      '/': { status, headers: { location: '/b?c#d' }, body: 'moved' },
      '/b': { body: PICTURE },
    });
    expect(await fetcher().fetchImage(server.url)).toEqual(fetched(PICTURE));
    expect([server.hits('/'), server.hits('/b?c'), server.connections]).toEqual([1, 1, 1]);
  });

  test('five are followed, six are not', async () => {
    const routes: Routes = { '/0': { body: PICTURE } };
    for (let left = 1; left <= 6; left++)
      routes[`/${left}`] = { status: 302, headers: { location: `/${left - 1}` } };
    const server = await origin(routes);
    expect(await fetcher().fetchImage(`${server.url}/5`)).toEqual(fetched(PICTURE));
    expect(await fetcher().fetchImage(`${server.url}/6`)).toMatchObject(
      failed('too_many_redirects', 302, false),
    );
    expect([server.hits(), server.hits('/0')]).toEqual([12, 1]);
  });

  test('a loop, also one that waits for a cookie, ends', async () => {
    const { server, result } = await fetchOnce((request, response) => {
      if (request.headers.cookie) response.end(PICTURE);
      else response.writeHead(302, { location: '/', 'set-cookie': 'seen=1' }).end();
    });
    expect(result).toMatchObject(failed('too_many_redirects', 302, false));
    expect(server.hits()).toBe(6);
  });

  test.each([
    ['nothing', {}, 'http_302'],
    ['nothing, with an empty header', { location: '' }, 'http_302'],
    ['ftp', { location: 'ftp://127.0.0.1/x' }, 'invalid_url'],
    ['a file', { location: 'file:///etc/passwd' }, 'invalid_url'],
    ['data', { location: 'data:image/png;base64,AAAA' }, 'invalid_url'],
    ['no URL', { location: 'http://[' }, 'invalid_url'],
    ['two places', { location: ['http://[', 'http://['] }, 'invalid_url'],
  ] as const)('to %s', async (_name, headers, code) => {
    const { server, result } = await fetchOnce({ status: 302, headers: headers as Record<string, string> });
    expect(result).toMatchObject(failed(code, 302, false));
    expect(server.hits()).toBe(1);
  });

  test('a Location beyond ASCII is read as UTF-8', async () => {
    const server = await origin({
      '/': {
        raw: Buffer.from('HTTP/1.1 302 Found\r\nlocation: /é.jpg\r\nconnection: close\r\n\r\n'),
        afterwards: 'end',
      },
      '/%C3%A9.jpg': { body: PICTURE },
    });
    expect(await fetcher().fetchImage(server.url)).toEqual(fetched(PICTURE));
  });

  test('credentials of the URL go to its origin only, and not again once it was left', async () => {
    const other = await origin({ '/there': { status: 302, headers: { location: '' } } });
    const server = await origin({
      '/one': { status: 302, headers: { location: '/two' } },
      '/two': { status: 307, headers: { location: `${other.url}/there` } },
      '/back': { body: PICTURE },
    });
    const there = await origin({ '/': { status: 302, headers: { location: `${server.url}/back` } } });
    await fetcher().fetchImage(`http://us%C3%A9r:p%40ss@127.0.0.1:${server.port}/one`);
    const expected = `Basic ${Buffer.from('usér:p@ss').toString('base64')}`;
    expect(server.requests.map((one) => one.headers.authorization)).toEqual([expected, expected]);
    expect(other.requests.map((one) => one.headers.authorization)).toEqual([undefined]);
    const away = await origin({ '/': { status: 302, headers: { location: there.url } } });
    await fetcher().fetchImage(`http://me@127.0.0.1:${away.port}/`);
    expect(server.requests.at(-1)).toMatchObject({ path: '/back' });
    expect([...there.requests, server.requests.at(-1)!].map((one) => one.headers.authorization)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('to a blocked address is refused, in words that do not name it', async () => {
    const { result } = await fetchOnce({
      status: 302,
      headers: { location: 'http://169.254.169.254/latest' },
    });
    expect(result).toMatchObject(failed('blocked_address', null, false));
    expect(JSON.stringify(result)).not.toContain('169.254');
  });
});
