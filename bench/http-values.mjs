// What requests of `npm run fuzz:http` are made of: right, odd and hostile values, as arbitraries of fast-check.
import fc from 'fast-check';

const UUID = '00000000-0000-4000-8000-000000000000';
const CSV_HEAD = 'S. No.,Product Name,Input Image Urls';

export const nasty = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '0',
      '-1',
      '1e9',
      '1.5',
      'NaN',
      'null',
      'true',
      '[object Object]',
      '\0',
      'a\0b',
      '\r\n',
      '\ufeff',
    ],
    ...[
      'é',
      '日本語',
      '👩‍👩‍👧',
      '\ud800',
      '\u202e',
      "' or 1=1 --",
      '%',
      '%_%',
      '\\',
      '../../etc/passwd',
      '..',
      '.',
      '/',
    ],
    ...[
      '2147483648',
      '9007199254740991',
      '9007199254740992',
      '99999999999999999999',
      '-0',
      '0x10',
      UUID,
      '~',
      '1~a',
    ],
    ...['9999999999999999~f', '__proto__', 'constructor', 'toString', '{{id:1}}', '<script>', '$1', '`', '"'],
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer().map(String),
  fc
    .tuple(fc.constantFrom('a', 'é', '%', '\0', '1', '/'), fc.constantFrom(64, 65, 200, 201, 255, 256, 5_000))
    .map(([text, times]) => text.repeat(times)),
);

export const id = fc.oneof(
  { weight: 7, arbitrary: fc.nat(99).map((n) => `{{id:${n}}}`) },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 2, arbitrary: nasty },
);
export const delivery = fc.oneof({ weight: 2, arbitrary: fc.nat(9).map((n) => `{{delivery:${n}}}`) }, nasty);

/** Values that a JSON schema allows, mostly. */
export function allowedBy(schema, schemas, depth = 0) {
  if (schema.$ref) return allowedBy(schemas[schema.$ref.split('/').at(-1)], schemas, depth + 1);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map((one) => allowedBy(one, schemas, depth)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern.replaceAll('\\p', 'p')));
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'integer':
    case 'number': {
      const { minimum: min = -1_000, maximum: max = 2 ** 31 } = schema;
      return fc.oneof(
        fc.constantFrom(min, max, min + 1, max - 1),
        fc.integer({ min, max: Math.min(max, 2 ** 31 - 1) }),
      );
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(allowedBy(schema.items ?? {}, schemas, depth + 1), { maxLength: 4 });
    case 'object': {
      const properties = Object.entries(schema.properties ?? {}).map(([name, one]) => [
        name,
        name === 'url' ? url : allowedBy(one, schemas, depth + 1),
      ]);
      return fc.record(Object.fromEntries(properties), { requiredKeys: schema.required ?? [] });
    }
    case 'string':
      if (schema.format === 'uri') return url;
      return fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 20, 20) });
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

const url = fc.oneof(
  { weight: 6, arbitrary: fc.nat(9).map((n) => `{{origin}}/${n}.jpg`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{{origin}}/missing',
      '{{origin}}/text',
      'http://169.254.169.254/',
      'http://[::1',
      'ftp://x/',
      'http://127.0.0.1:1/x',
    ),
  },
  { weight: 1, arbitrary: nasty },
);

export const csv = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(fc.string({ maxLength: 10 }), fc.array(url, { minLength: 1, maxLength: 3 })), {
        minLength: 1,
        maxLength: 4,
      })
      .map((rows) =>
        [
          CSV_HEAD,
          ...rows.map(
            ([name, urls], n) =>
              `${n + 1},"P${name.replaceAll('"', '')}","${urls.join(',').replaceAll('"', '')}"`,
          ),
        ].join('\r\n'),
      ),
  },
  { weight: 3, arbitrary: fc.nat(9).map((n) => `${CSV_HEAD}\n1,Mug,{{origin}}/${n}.jpg\n`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      CSV_HEAD,
      'a;b;c\n1;2;3',
      '\ufeff',
      `${CSV_HEAD}\n1,,\n2,x,\n3,"y,http://x/`,
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('base64'));

export const rawBody = fc.record({
  type: fc.constantFrom(
    ...[
      'text/csv',
      'application/json',
      'application/json; charset=utf-16',
      'application/xml',
      'text/plain',
      'image/png',
    ],
    ...[
      'multipart/form-data',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'nonsense',
      '',
      'a/b;c',
    ],
    ...[
      'application/octet-stream',
      'multipart/form-data; boundary=',
      'application/problem+json',
      'TEXT/CSV',
      undefined,
    ],
  ),
  text: fc.option(
    fc.oneof(csv, nasty, fc.json(), fc.constantFrom('{', '[]', '{"url":1}', '--x\r\n\r\n', '--x--\r\n')),
    { nil: undefined },
  ),
  base64: fc.option(bytes, { nil: undefined }),
});

export const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc
      .record(
        {
          accept: fc.constantFrom('*/*', 'application/xml', 'text/html', 'nonsense', ';;;'),
          authorization: fc.constantFrom('Bearer x', 'Basic eA==', 'Bearer', ''),
          origin: fc.constantFrom('http://evil.example', 'null', 'http://127.0.0.1:1', 'x'),
          host: fc.constantFrom('evil.example', 'localhost', '127.0.0.1:99999', '[::1]', ''),
          range: fc.constantFrom(
            'bytes=0-0',
            'bytes=9-1',
            'bytes=-5',
            'bytes=999999-',
            'lines=1-2',
            'bytes=0-1,3-4',
          ),
          'if-none-match': fc.constantFrom('*', '"x"', 'W/"y"'),
          'if-modified-since': fc.constantFrom('nonsense', 'Sat, 21 Nov 2037 00:00:00 GMT'),
          'accept-encoding': fc.constantFrom('gzip', 'br;q=1', '*;q=0'),
          'x-forwarded-for': fc.constantFrom('1.2.3.4', 'x, y'),
          'x-http-method-override': fc.constantFrom('DELETE'),
          'webhook-id': fc.constantFrom('msg_1', 'x'.repeat(500)),
          'webhook-timestamp': fc.constantFrom('0', 'x', '99999999999999999999'),
          'webhook-signature': fc.constantFrom('v1,xxxx', 'v1', ''),
          'idempotency-key': fc.constantFrom('', 'a', 'b', 'x'.repeat(255), 'x'.repeat(256), '\xe9'),
          cookie: fc.constantFrom('a=b', '='.repeat(3000)),
        },
        { requiredKeys: [] },
      )
      .map((all) => Object.fromEntries(Object.entries(all).filter((_, index) => index % 4 === 0))),
  },
);
