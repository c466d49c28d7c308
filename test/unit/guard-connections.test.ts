// What is said on a connection that brought no HTTP, and how long one may take.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/http/context.ts';
import { answerMalformed, connectionTimes } from '../../src/http/guards/connections.ts';

it('gives headers, silence and the whole of a request their times', () => {
  const times = (uploadTimeoutMs: number, stallMs: number) =>
    connectionTimes({ uploadTimeoutMs, stallMs } as Limits);
  expect(times(600_000, 120_000)).toEqual({
    requestTimeout: 600_000,
    connectionTimeout: 120_000,
    http: { headersTimeout: 60_000, connectionsCheckingInterval: 30_000 },
  });
  expect(times(5_001, 20_000)).toEqual({
    requestTimeout: 5_001,
    connectionTimeout: 20_000,
    http: { headersTimeout: 20_000, connectionsCheckingInterval: 2_501 },
  });
});

describe('bytes that are no HTTP', () => {
  function refused(
    code: string,
    socket: { destroyed?: boolean; writable?: boolean; _httpMessage?: object | null } = {},
  ) {
    const heard: string[] = [];
    const fake = {
      destroyed: false,
      writable: true,
      ...socket,
      end: (text: string, sent: () => void) => {
        heard.push(text);
        sent();
      },
      destroy: () => heard.push('destroyed'),
    };
    answerMalformed(Object.assign(new Error('Parse Error'), { code }), fake as unknown as Socket);
    return heard;
  }

  it.each([
    [
      'HPE_HEADER_OVERFLOW',
      431,
      'Request Header Fields Too Large',
      'headers_too_large',
      'Send less than 16 KB of headers.',
    ],
    [
      'ERR_HTTP_REQUEST_TIMEOUT',
      408,
      'Request Timeout',
      'request_timeout',
      'The request did not arrive in time (UPLOAD_TIMEOUT_MS).',
    ],
    ['HPE_INVALID_METHOD', 400, 'Bad Request', 'invalid_request', 'This is no HTTP: Parse Error'],
  ])('%s is %i %s, as a problem, and the end', (code, status, words, problem, detail) => {
    const [answer, ...rest] = refused(code, { _httpMessage: { headersSent: false } });
    expect(rest).toEqual(['destroyed']);
    const [head, body] = answer!.split('\r\n\r\n');
    expect(head!.split('\r\n')).toEqual([
      `HTTP/1.1 ${status} ${words}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body!)}`,
      'connection: close',
    ]);
    expect(JSON.parse(body!)).toMatchObject({ status, code: problem, detail });
  });

  it.each([
    ['ECONNRESET', {}],
    ['HPE_INVALID_METHOD', { destroyed: true }],
    ['HPE_INVALID_METHOD', { writable: false }],
    ['HPE_INVALID_METHOD', { _httpMessage: { headersSent: true } }],
  ])('%s with %j has nobody to answer', (code, socket) => {
    expect(refused(code, socket)).toEqual(['destroyed']);
  });

  it.each([undefined, null])('an answer is written where none was begun: %j', (_httpMessage) => {
    expect(refused('HPE_INVALID_METHOD', _httpMessage === undefined ? {} : { _httpMessage })).toHaveLength(2);
  });
});
