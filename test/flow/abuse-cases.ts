// What no honest client sends, as bytes, and what each is answered.
import { gzipSync } from 'node:zlib';

export const CSV = 'S. No.,Product Name,Input Image Urls\n1,A,http://a.example/1.jpg\n';

/** A request with a connection of its own, unless `headers` say otherwise. */
export function call(line: string, headers: string[] = [], body: Buffer | string = ''): Buffer {
  const own = headers.some((header) => /^host:/i.test(header)) ? [] : ['host: localhost'];
  const head = [`${line} HTTP/1.1`, ...own, 'connection: close', ...headers].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), Buffer.from(body as string)]);
}

export function post(path: string, type: string, body: Buffer | string, headers: string[] = []): Buffer {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return call(`POST ${path}`, [`content-type: ${type}`, length, ...headers], body);
}

const part = (disposition: string, body: string, type = '') =>
  `--b\r\ncontent-disposition: form-data; ${disposition}\r\n${type && `content-type: ${type}\r\n`}\r\n${body}\r\n`;
const FILE = part('name="file"; filename="a.csv"', CSV);
const form = (parts: string, path = '/upload') =>
  post(path, 'multipart/form-data; boundary=b', `${parts}--b--\r\n`);
const named = (name: string) => form(part(`name="file"; filename="${name}"`, CSV), '/validate');
export const chunked = (path: string, body: string) =>
  call(`POST ${path}`, ['content-type: text/csv', 'transfer-encoding: chunked'], body);
const json = (path: string, body: string) => post(path, 'application/json', body);
const nested = (depth: number) => `{"type":"x","a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

export type Case = [name: string, bytes: Buffer | string, status: number | null, code?: string];

export const CASES: Case[] = [
  // What is no HTTP, or too much of it.
  ['a header of 17 KB', call('GET /healthz', [`x: ${'y'.repeat(17_000)}`]), 431, 'headers_too_large'],
  [
    '2,000 headers of 32 KB',
    call(
      'GET /healthz',
      Array.from({ length: 2_000 }, (_, n) => `x-header-${n}: y`),
    ),
    431,
    'headers_too_large',
  ],
  [
    '2,000 headers of 12 KB',
    call(
      'GET /nothing',
      Array.from({ length: 2_000 }, () => 'x: y'),
    ),
    404,
    'not_found',
  ],
  ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
  [
    'two lengths',
    call('POST /upload', ['content-type: text/csv', 'content-length: 5', 'content-length: 6'], 'hello!'),
    400,
    'invalid_request',
  ],
  [
    'a length and chunks',
    call(
      'POST /upload',
      ['content-type: text/csv', 'content-length: 5', 'transfer-encoding: chunked'],
      '0\r\n\r\n',
    ),
    400,
    'invalid_request',
  ],
  [
    'a negative length',
    call('POST /upload', ['content-type: text/csv', 'content-length: -1'], CSV),
    400,
    'invalid_request',
  ],
  [
    'a length past all numbers',
    call('POST /upload', ['content-type: text/csv', `content-length: ${'9'.repeat(30)}`], CSV),
    400,
    'invalid_request',
  ],
  [
    'a length of a terabyte',
    call('POST /upload', ['content-type: text/csv', 'content-length: 1099511627776'], CSV),
    413,
    'upload_too_large',
  ],
  [
    'a length that nothing comes for',
    call('POST /upload', ['content-type: text/csv', 'content-length: 1000'], CSV),
    408,
    'request_timeout',
  ],
  [
    'the same of a form',
    call('POST /upload', ['content-type: multipart/form-data; boundary=b', 'content-length: 1000'], FILE),
    408,
    'request_timeout',
  ],
  [
    'the same of JSON',
    call('POST /preview', ['content-type: application/json', 'content-length: 1000'], '{'),
    408,
    'request_timeout',
  ],
  [
    'the same of a webhook',
    call('POST /webhook', ['content-type: application/json', 'content-length: 1000'], '{'),
    408,
    'request_timeout',
  ],
  ['headers that do not end', 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ', null],
  ['a chunk without a size', chunked('/upload', 'zz\r\nhello\r\n0\r\n\r\n'), 400, 'invalid_request'],
  ['a chunk longer than it says', chunked('/upload', '3\r\nhello\r\n0\r\n\r\n'), 400, 'invalid_request'],
  [
    'a chunk past all numbers',
    chunked('/upload', `${'f'.repeat(20)}\r\nhello\r\n0\r\n\r\n`),
    400,
    'invalid_request',
  ],
  [
    'an unknown transfer coding',
    call('POST /upload', ['content-type: text/csv', 'transfer-encoding: chunked, gzip'], CSV),
    400,
    'invalid_request',
  ],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'invalid_request'],
  ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), 400, 'invalid_request'],
  ['noise', Buffer.from(Array.from({ length: 500 }, (_, n) => (n * 89) % 256)), 400, 'invalid_request'],
  ['an unknown method', call('FETCH /healthz'), 400, 'invalid_request'],
  ['a header with a blank name', call('GET /healthz', ['a b: c']), 400, 'invalid_request'],
  ['a header with CR', call('GET /healthz', ['a: b\rc: d']), 400, 'invalid_request'],
  ['a header with NUL', call('GET /healthz', ['a: b\0c']), 400, 'invalid_request'],
  ['CONNECT', call('CONNECT evil.example:443'), null],
  ['an unknown expectation', call('POST /upload', ['expect: a-miracle', 'content-length: 0']), 417],
  // Targets.
  ['no path', call('GET healthz'), 400, 'invalid_request'],
  ['OPTIONS of all', call('OPTIONS *'), 404, 'not_found'],
  ['TRACE', call('TRACE /healthz'), 404, 'not_found'],
  ['two slashes', call('GET //healthz'), 400, 'invalid_request'],
  ['dots', call('GET /files/../../etc/passwd'), 400, 'invalid_request'],
  ['encoded dots', call('GET /files/%2e%2e/%2e%2e/etc/passwd'), 400, 'invalid_request'],
  ['encoded dots and slashes', call('GET /files/..%2f..%2fhalve.sqlite'), 404, 'not_found'],
  ['dots of the page', call('GET /assets/%2e%2e/%2e%2e/package.json'), 400, 'invalid_request'],
  ['dots of the documents', call('GET /docs/static/%2e%2e/%2e%2e/package.json'), 400, 'invalid_request'],
  ['NUL in a path', call('GET /files/a%00.jpg'), 400, 'invalid_request'],
  ['NUL for a page', call('GET /%00'), 400, 'invalid_request'],
  ['NUL for a request', call('GET /status/%00'), 404, 'not_found'],
  ['NUL for a file', call('GET /output_csv/%00'), 404, 'not_found'],
  ['NUL for a delivery', call('POST /deliveries/%00/redeliver'), 404, 'not_found'],
  ['NUL for a search', call('GET /requests?search=%00'), 200],
  ['NUL for a code', call('GET /status/x/images?code=%00'), 404, 'not_found'],
  ['NUL to be removed', call('DELETE /requests/%00'), 404, 'not_found'],
  ['bytes that are no UTF-8', call('GET /status/%ff%fe'), 400, 'invalid_request'],
  ['half an encoding', call('GET /status/%z'), 400, 'invalid_request'],
  ['half an encoding of a file', call('GET /files/%'), 400, 'invalid_request'],
  ['a long path', call(`GET /${'x'.repeat(15_000)}`), 404, 'not_found'],
  ['a long id', call(`GET /status/${'x'.repeat(15_000)}`), 404, 'not_found'],
  ['a long query', call(`GET /requests?search=${'x'.repeat(15_000)}`), 400, 'invalid_request'],
  ['one key twice', call('GET /requests?limit=1&limit=2'), 400, 'invalid_request'],
  ['a prototype for a query', call('GET /requests?__proto__=1&limit=x'), 400, 'invalid_request'],
  [
    'another method by header',
    call('POST /requests/x', ['x-http-method-override: DELETE', 'content-length: 0']),
    404,
    'not_found',
  ],
  [
    'another method by query',
    call('POST /requests/x?_method=DELETE', ['content-length: 0']),
    404,
    'not_found',
  ],
  ['another target', call('GET http://evil.example/status/x'), 404, 'not_found'],
  ['another Host', call('GET /requests', ['host: evil.example']), 403, 'forbidden_origin'],
  // Bodies.
  [
    'a boundary of another form',
    post('/upload', 'multipart/form-data; boundary=c', `${FILE}--b--`),
    400,
    'invalid_request',
  ],
  ['no boundary', post('/upload', 'multipart/form-data', `${FILE}--b--`), 400, 'invalid_request'],
  [
    'a form that ends within the file',
    post('/upload', 'multipart/form-data; boundary=b', FILE),
    400,
    'upload_cut_off',
  ],
  ['10,000 parts', form(part('name="x"', 'y').repeat(10_000)), 400, 'invalid_request'],
  ['10,000 files', form(part('name="x"; filename="y"', 'z').repeat(10_000)), 400, 'invalid_request'],
  [
    'a field of 10 MB',
    form(part('name="webhook_url"', 'x'.repeat(10_000_000)) + FILE),
    422,
    'invalid_option',
  ],
  [
    'a field of 10 MB behind the file',
    form(FILE + part('name="webhook_url"', 'x'.repeat(10_000_000))),
    422,
    'invalid_option',
  ],
  ['headers of a part that do not end', form(`--b\r\n${'x: y\r\n'.repeat(100_000)}`), 400, 'missing_file'],
  ['the file twice', form(FILE + FILE), 400, 'invalid_request'],
  [
    'a form in a form',
    form(part('name="file"', `--c\r\n\r\n${CSV}\r\n--c--`, 'multipart/mixed; boundary=c')),
    400,
    'missing_file',
  ],
  ['a field for the file', form(part('name="file"', CSV)), 400, 'missing_file'],
  ['a file without a name of its part', form(part('filename="a.csv"', CSV), '/validate'), 200],
  ['__proto__ for a field', form(part('name="__proto__"', 'x') + FILE), 400, 'invalid_request'],
  ['constructor for a field', form(part('name="constructor"', 'x') + FILE), 400, 'invalid_request'],
  [
    '__proto__ for a file',
    form(part('name="__proto__"; filename="a.csv"', CSV) + FILE),
    400,
    'invalid_request',
  ],
  ['one option twice', post('/upload?quality=20&quality=30', 'text/csv', CSV), 422, 'invalid_option'],
  ['an empty form', post('/upload', 'multipart/form-data; boundary=b', ''), 400, 'missing_file'],
  ['an empty CSV', post('/upload', 'text/csv', ''), 422, 'invalid_csv'],
  ['nothing at all', call('POST /upload', ['content-length: 0']), 400, 'missing_file'],
  ['a form that says it is a CSV', post('/upload', 'text/csv', `${FILE}--b--\r\n`), 422, 'invalid_csv'],
  [
    'a CSV that says it is a form',
    post('/upload', 'multipart/form-data; boundary=b', CSV),
    400,
    'invalid_request',
  ],
  [
    'a picture that says it is a CSV',
    post('/upload', 'text/csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')),
    422,
    'invalid_csv',
  ],
  [
    'a compressed CSV',
    post('/upload', 'text/csv', gzipSync(CSV), ['content-encoding: gzip']),
    422,
    'invalid_csv',
  ],
  ['a type that is none', post('/upload', 'no type', CSV), 415, 'unsupported_media_type'],
  ['JSON for a form', json('/upload', '{"file":"a.csv"}'), 415, 'unsupported_media_type'],
  ['a form for JSON', form(FILE, '/preview'), 400, 'invalid_request'],
  ['a CSV for JSON', post('/preview', 'text/csv', CSV), 415, 'unsupported_media_type'],
  ['half of JSON', json('/preview', '{"url":'), 400, 'invalid_request'],
  [
    'a prototype in JSON',
    json('/preview', '{"url":"http://a.example/","__proto__":{"x":1}}'),
    400,
    'invalid_request',
  ],
  ['deep JSON', json('/preview', nested(100_000)), 400, 'invalid_request'],
  [
    'too much JSON',
    json('/preview', JSON.stringify({ url: 'x'.repeat(2_000_000) })),
    413,
    'upload_too_large',
  ],
  ['NUL in JSON', json('/preview', '{"url":"http://a.example/\\u0000"}'), 422, 'image_failed'],
  ['NUL in a webhook', json('/webhook', '{"type":"a\\u0000b","request_id":"\\u0000"}'), 200],
  ['what the receiver got', call('GET /webhook'), 200],
  // Names of files, and what is honest.
  ['NUL in a name', named('a\0b.csv'), 200],
  ['dots in a name', named('../../../etc/passwd'), 200],
  ['a line end in a name', named('a\r\nx: y'), 200],
  [
    'a name that is no UTF-8',
    post(
      '/validate',
      'multipart/form-data; boundary=b',
      Buffer.concat([
        Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="'),
        Buffer.from([0xff, 0xed, 0xa0, 0x80]),
        Buffer.from(`"\r\n\r\n${CSV}\r\n--b--\r\n`),
      ]),
    ),
    200,
  ],
  ['a name of 60 KB', named('n'.repeat(60_000)), 200],
  ['no name', named(''), 200],
  ['a server asked to go on', post('/validate', 'text/csv', CSV, ['expect: 100-continue']), 200],
  ['a whole URL for a target', call('GET http://localhost/healthz'), 200],
  ['a body of a GET', call('GET /nothing', ['content-length: 5'], 'hello'), 404, 'not_found'],
  ['the deepest JSON', json('/preview', '['.repeat(500_000) + ']'.repeat(500_000)), 400, 'invalid_request'],
  ['a deep webhook', json('/webhook', nested(100_000)), 400, 'invalid_request'],
  [
    'a webhook of 2 MB',
    json('/webhook', JSON.stringify({ type: 'x'.repeat(2_000_000) })),
    413,
    'upload_too_large',
  ],
  ['a webhook that is no object', json('/webhook', '7'), 400, 'invalid_request'],
];
