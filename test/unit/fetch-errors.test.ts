// What went wrong with a download, in the closed list's codes and in words that users read.
import { describe, expect, it } from 'vitest';
import { failureOfError, failureOfStatus, sizeText } from '../../src/image/fetch/errors.ts';
import { BlockedAddressError } from '../../src/outbound/egress.ts';
import { retryAfterMs } from '../../src/outbound/retry-after.ts';

describe('what went wrong', () => {
  it.each([
    ['UND_ERR_INVALID_ARG', 'invalid_url', 'the URL cannot be requested', false],
    ['ENOTFOUND', 'dns_failed', 'the address of a.test could not be found', true],
    ['EAI_AGAIN', 'dns_failed', 'the address of a.test could not be found', true],
    ['ECONNREFUSED', 'connect_failed', 'a.test did not accept the connection', true],
    ['EHOSTUNREACH', 'connect_failed', 'a.test did not accept the connection', true],
    ['ENETUNREACH', 'connect_failed', 'a.test did not accept the connection', true],
    ['ESOMETHING', 'connect_failed', 'a.test did not accept the connection', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'a.test took too long to accept the connection', true],
    ['ETIMEDOUT', 'timeout', 'a.test took too long to accept the connection', true],
    ['ECONNRESET', 'connect_failed', 'a.test closed the connection before the picture was complete', true],
    ['EPIPE', 'connect_failed', 'a.test closed the connection before the picture was complete', true],
    [
      'UND_ERR_SOCKET',
      'connect_failed',
      'a.test closed the connection before the picture was complete',
      true,
    ],
    [
      'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
      'connect_failed',
      'a.test closed the connection before the picture was complete',
      true,
    ],
    ['UND_ERR_HEADERS_OVERFLOW', 'connect_failed', 'a.test did not answer in HTTP', false],
    [
      'CERT_HAS_EXPIRED',
      'tls_failed',
      'the certificate of a.test cannot be trusted, or it speaks no usable TLS',
      false,
    ],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'tls_failed',
      'the certificate of a.test cannot be trusted, or it speaks no usable TLS',
      false,
    ],
    [
      'EPROTO',
      'tls_failed',
      'the certificate of a.test cannot be trusted, or it speaks no usable TLS',
      false,
    ],
    ['EPROTOX', 'connect_failed', 'a.test did not accept the connection', true],
    ['XCERT_', 'connect_failed', 'a.test did not accept the connection', true],
  ])('%s is %s: %s', (errorCode, code, message, transient) => {
    const error = Object.assign(new Error('x'), { code: errorCode });
    expect(failureOfError(error, 'a.test')).toEqual({
      status: 'failed',
      code,
      message,
      http_status: null,
      transient,
      retry_after_ms: null,
    });
  });

  it('a refusal of the address guard is final, however deep it is and whatever else failed', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const blocked = new BlockedAddressError('a.test');
    for (const error of [
      blocked,
      new TypeError('fetch failed', { cause: blocked }),
      new AggregateError([refused, blocked]),
    ])
      expect(failureOfError(error, 'a.test')).toEqual({
        status: 'failed',
        code: 'blocked_address',
        message: 'a.test leads to an address that may not be connected to',
        http_status: null,
        transient: false,
        retry_after_ms: null,
      });
  });

  it('a failed look-up without a code of its own, and bytes that are no HTTP', () => {
    const of = (extra: object, message = 'x') =>
      failureOfError(Object.assign(new Error(message), extra), 'a.test');
    expect(of({ code: 'EAI_FAIL', syscall: 'getaddrinfo' }).code).toBe('dns_failed');
    expect(of({ name: 'HTTPParserError' }, 'Invalid header')).toMatchObject({ transient: false });
    expect(of({ name: 'HTTPParserError' }, 'Expected more, EOF')).toMatchObject({
      message: 'a.test closed the connection before the picture was complete',
      transient: true,
    });
  });

  it('a status is final or passes', () => {
    const passes = (status: number) => failureOfStatus(status, '7').transient;
    expect([408, 425, 429, 500, 502, 503, 504, 599].filter((status) => !passes(status))).toEqual([]);
    expect([206, 300, 304, 400, 401, 403, 404, 410, 499, 501, 505].filter(passes)).toEqual([]);
    expect(failureOfStatus(503, '7')).toMatchObject({
      code: 'http_503',
      http_status: 503,
      retry_after_ms: 7_000,
    });
    expect(failureOfStatus(404, '7')).toMatchObject({
      message: 'the server answered 404',
      retry_after_ms: null,
    });
    for (const status of [204, 205])
      expect(failureOfStatus(status, undefined)).toMatchObject({
        code: 'empty_body',
        http_status: status,
        message: `the server answered ${status}, without a picture`,
      });
  });

  it('Retry-After is seconds or a date, an hour at most, and nothing else', () => {
    const now = Date.UTC(2026, 0, 15, 12);
    const read = (text?: string) => retryAfterMs(text, { now, longestMs: 3_600_000 });
    expect(['0', ' 30 ', '3600', '3601', '99999999999'].map(read)).toEqual([
      0, 30_000, 3_600_000, 3_600_000, 3_600_000,
    ]);
    expect(read('Thu, 15 Jan 2026 12:00:10 GMT')).toBe(10_000);
    expect(read('Thu, 15 Jan 2026 11:00:00 GMT')).toBe(0);
    expect([undefined, '', '-5', '1.5', '12x', 'x12', 'soon'].map(read)).toEqual(Array(7).fill(null));
  });

  it('sizes as users read them', () => {
    expect([500, 1024 ** 2 - 1, 1024 ** 2, 1.25 * 1024 ** 2, 32 * 1024 ** 2].map(sizeText)).toEqual([
      '500 bytes',
      '1048575 bytes',
      '1 MB',
      '1.3 MB',
      '32 MB',
    ]);
  });
});
