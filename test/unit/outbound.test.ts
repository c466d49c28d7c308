// What images and webhooks share on their way out: Retry-After, credentials in URLs, and what an error stands for.
import { describe, expect, it } from 'vitest';
import { failureOfError } from '../../src/image/fetch/errors.ts';
import { splitCredentials } from '../../src/outbound/credentials.ts';
import { networkFault } from '../../src/outbound/network-fault.ts';
import { retryAfterMs } from '../../src/outbound/retry-after.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 15, 12);

describe('Retry-After', () => {
  const read = (header: string | string[] | undefined, longestMs = HOUR) =>
    retryAfterMs(header, { now: NOW, longestMs });

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['3600', HOUR],
    ['3601', HOUR],
    ['9'.repeat(400), HOUR],
    ['Thu, 15 Jan 2026 12:00:30 GMT', 30_000],
    ['thu, 15 jan 2026 12:00:30 gmt', 30_000],
    ['Thu, 15 Jan 2026 13:00:30 +0100', 30_000],
    ['Thursday, 15-Jan-26 12:00:30 GMT', 30_000],
    ['Thu Jan 15 12:00:30 2026', 30_000],
    ['Thu, 15 Jan 2026 12:00:30', 30_000],
    ['Thu, 15 Jan 2026 11:00:00 GMT', 0],
    ['Thu, 15 Jan 2099 12:00:30 GMT', HOUR],
    [['7', '9'], 7_000],
    ['7, 9', null],
    ['1.5', null],
    ['1e3', null],
    ['-5', null],
    ['+5', null],
    ['soon', null],
    ['May 5', null],
    ['Monday', null],
    ['2026-01-15', null],
    ['', null],
    [[], null],
    [undefined, null],
  ])('reads %j as %j ms', (header, expected) => {
    expect(read(header)).toBe(expected);
  });

  it('reads a date without a zone as GMT, wherever the server stands', () => {
    const zone = process.env.TZ;
    process.env.TZ = 'America/New_York';
    try {
      expect(new Date(NOW).getHours()).toBe(7);
      expect(read('Thu Jan 15 12:00:30 2026')).toBe(30_000);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('is cut where its reader says', () => {
    expect([read('90000', 24 * HOUR), read('90000', 1)]).toEqual([24 * HOUR, 1]);
  });
});

describe('credentials of a URL', () => {
  const split = (text: string) => {
    const { url, authorization } = splitCredentials(new URL(text));
    const pair = authorization && Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
    return [url.href, pair];
  };

  it.each([
    ['http://a.example/x?y#z', 'http://a.example/x?y#z', null],
    ['http://us%C3%A9r:p%40ss@a.example/x?y', 'http://a.example/x?y', 'usér:p@ss'],
    ['http://me@a.example:81/', 'http://a.example:81/', 'me:'],
    ['http://:secret@[::1]/', 'http://[::1]/', ':secret'],
    ['http://a:b:c@a.example/', 'http://a.example/', 'a:b:c'],
    // What encodes nothing stays, and what stands beside it is read all the same.
    ['http://50%:100%zz%40@a.example/', 'http://a.example/', '50%:100%zz@'],
  ])('%s', (text, url, pair) => {
    expect(split(text)).toEqual([url, pair]);
  });

  it('leaves the URL that it was given alone', () => {
    const url = new URL('http://a:b@a.example/');
    splitCredentials(url);
    expect(url.href).toBe('http://a:b@a.example/');
  });
});

const coded = (code: string, extra: object = {}) => Object.assign(new Error(code), { code, ...extra });
const named = (name: string, message = name) => Object.assign(new Error(message), { name });

// Every code of a certificate in Node's documentation ("X509 certificate error codes"), and some of the handshake's.
const CERTIFICATE_CODES =
  'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID CERT_HAS_EXPIRED CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG CERT_REVOKED INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH ERR_TLS_CERT_ALTNAME_INVALID'.split(
    ' ',
  );
const HANDSHAKE_CODES = ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_TLS_HANDSHAKE_TIMEOUT'];

describe('a network fault', () => {
  it.each([
    ['ENOTFOUND', 'name_unknown', 'dns_failed'],
    ['EAI_AGAIN', 'lookup_failed', 'dns_failed'],
    ['ECONNREFUSED', 'refused', 'connect_failed'],
    ['ENETUNREACH', 'unreachable', 'connect_failed'],
    ['ETIMEDOUT', 'timeout', 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'timeout'],
    ['ECONNRESET', 'reset', 'connect_failed'],
    ['UND_ERR_SOCKET', 'closed', 'connect_failed'],
    ['UND_ERR_HEADERS_OVERFLOW', 'not_http', 'connect_failed'],
    ['UND_ERR_INVALID_ARG', 'invalid_url', 'invalid_url'],
    ['CERT_HAS_EXPIRED', 'certificate_expired', 'tls_failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_self_signed', 'tls_failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_other_host', 'tls_failed'],
    ['CERT_REVOKED', 'certificate_untrusted', 'tls_failed'],
    ['EPROTO', 'tls', 'tls_failed'],
    ['EMFILE', 'unknown', 'connect_failed'],
  ])('%s is %s, of an image %s', (code, kind, imageCode) => {
    expect(networkFault(coded(code))).toEqual({ kind, label: code });
    expect(failureOfError(coded(code), 'a.example').code).toBe(imageCode);
  });

  it('of TLS is known by every code there is', () => {
    expect(CERTIFICATE_CODES).toHaveLength(28);
    for (const code of CERTIFICATE_CODES)
      expect([code, networkFault(coded(code)).kind]).toEqual([code, expect.stringMatching(/^certificate_/)]);
    for (const code of HANDSHAKE_CODES) expect([code, networkFault(coded(code)).kind]).toEqual([code, 'tls']);
  });

  it('is found however deep it sits, in what caused it and in its parts', () => {
    const parts = new AggregateError([new Error('x'), coded('EHOSTUNREACH'), coded('ECONNREFUSED')]);
    const deep = new TypeError('fetch failed', { cause: new Error('connect', { cause: parts }) });
    expect(networkFault(deep)).toEqual({ kind: 'unreachable', label: 'EHOSTUNREACH' });
    expect(failureOfError(new Error('x', { cause: coded('CERT_REVOKED') }), 'a.example').code).toBe(
      'tls_failed',
    );
    const around = new Error('around');
    around.cause = around;
    expect(networkFault(around)).toEqual({ kind: 'unknown', label: 'Error' });
    expect([networkFault('text'), networkFault(null)]).toEqual(
      Array(2).fill({ kind: 'unknown', label: 'unknown' }),
    );
  });

  it('of the address guard goes before all others', () => {
    const both = new AggregateError([coded('ECONNREFUSED'), named('BlockedAddressError')]);
    const reset = coded('ECONNRESET', { cause: both });
    expect(networkFault(reset)).toEqual({ kind: 'blocked', label: 'BlockedAddressError' });
    expect(failureOfError(reset, 'a.example')).toMatchObject({ code: 'blocked_address', transient: false });
  });

  it('is no HTTP, or an answer that was cut', () => {
    expect(networkFault(named('HTTPParserError', 'Expected HTTP/'))).toEqual({
      kind: 'not_http',
      label: 'HTTPParserError',
    });
    expect(networkFault(named('HTTPParserError', 'Invalid EOF state')).kind).toBe('closed');
  });

  it('of a lookup is known by its call, whatever its code', () => {
    expect(networkFault(coded('EAI_FAIL', { syscall: 'getaddrinfo' }))).toEqual({
      kind: 'lookup_failed',
      label: 'EAI_FAIL',
    });
  });
});
