// https: what is trusted and what is not. Real sockets, loopback only.
import { describe, expect, test } from 'vitest';
import { CERTIFICATES } from '../fakes/certificates.ts';
import { failed, fetched, fetcher, origin, PICTURE } from '../fakes/fetching.ts';

describe('https', () => {
  test('is fetched over one connection when the certificate is trusted, also by name', async () => {
    const server = await origin({ '/': { body: PICTURE } }, { tls: CERTIFICATES.good });
    const images = fetcher({
      ca: CERTIFICATES.good.cert,
      lookup: (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    expect(await images.fetchImage(server.url)).toEqual(fetched(PICTURE));
    expect(await images.fetchImage(server.url)).toEqual(fetched(PICTURE));
    expect(await images.fetchImage(`https://shop.test:${server.port}/`)).toEqual(fetched(PICTURE));
    expect([server.hits(), server.connections]).toEqual([3, 2]);
  });

  test('a connection that was closed while idle is replaced at once', async () => {
    const server = await origin(
      {
        '/': (request, response, hit) => {
          if (hit === 2) request.socket.destroy();
          else response.end(PICTURE);
        },
      },
      { tls: CERTIFICATES.good },
    );
    const images = fetcher({ ca: CERTIFICATES.good.cert });
    expect(await images.fetchImage(server.url)).toEqual(fetched(PICTURE));
    expect(await images.fetchImage(server.url)).toEqual(fetched(PICTURE));
    expect(server.hits()).toBe(3);
  });

  test.each([
    ['a self-signed certificate', CERTIFICATES.good, undefined],
    ['a certificate for another host', CERTIFICATES.otherHost, CERTIFICATES.otherHost.cert],
    ['an expired certificate', CERTIFICATES.expired, CERTIFICATES.expired.cert],
  ])('%s is tls_failed, before anything is asked', async (_name, tls, ca) => {
    const server = await origin({ '/': { body: PICTURE } }, { tls });
    const result = await fetcher(ca === undefined ? {} : { ca }).fetchImage(server.url);
    expect(result).toEqual({
      ...failed('tls_failed', null, false),
      message: 'the certificate of 127.0.0.1 cannot be trusted, or it speaks no usable TLS',
      retry_after_ms: null,
    });
    expect(server.hits()).toBe(0);
  });

  test('a server that speaks no TLS is tls_failed', async () => {
    const server = await origin({ '/': { body: PICTURE } });
    const result = await fetcher().fetchImage(server.url.replace('http:', 'https:'));
    expect(result).toMatchObject(failed('tls_failed', null, false));
    expect(server.hits()).toBe(0);
  });
});
