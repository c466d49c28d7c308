// Requests for `npm run fuzz:http`, right and wrong ones, made from the OpenAPI document by fast-check: as values, in which
// `{{id:3}}` and its like stand for what the server has given out when the request is sent.
import fc from 'fast-check';

const UUID = '00000000-0000-4000-8000-000000000000';
const CSV_HEAD = 'S. No.,Product Name,Input Image Urls';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE'];
/** Slow for the server: each downloads and decodes a picture. */
const RARE = /\/(preview|original)$/;

const nasty = fc.oneof(
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

const id = fc.oneof(
  { weight: 7, arbitrary: fc.nat(99).map((n) => `{{id:${n}}}`) },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 2, arbitrary: nasty },
);
const delivery = fc.oneof({ weight: 2, arbitrary: fc.nat(9).map((n) => `{{delivery:${n}}}`) }, nasty);

/** Values that a JSON schema allows, mostly. */
function allowedBy(schema, schemas, depth = 0) {
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

/** What an option of an upload is; wrong ones too. */
function fieldsOf(parameters, schemas) {
  const known = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => [
      name,
      name === 'webhook_url'
        ? fc.constantFrom('{{receiver}}/hook', '{{receiver}}/500', 'nonsense', '')
        : fc.oneof(
            { weight: 5, arbitrary: goodOption(name, schema, schemas) },
            { weight: 1, arbitrary: nasty },
          ),
    ]);
  const extra = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), nasty, { maxKeys: 1 });
  return fc
    .tuple(fc.record(Object.fromEntries(known), { requiredKeys: [] }), fc.nat(4), fc.nat(5), extra)
    .map(([fields, keep, more, others]) => ({
      ...Object.fromEntries(Object.entries(fields).filter((_, index) => index % 5 === keep)),
      ...(more === 0 ? others : {}),
    }));
}

function goodOption(name, schema, schemas) {
  if (name === 'keep_originals') return fc.constantFrom('true', 'false', '1', '');
  if (name === 'key_template')
    return fc.constantFrom('{request_id}/{seq}', '{request_id}/{row}/{position}-{name}', '{x}');
  if (name.endsWith('_column')) return fc.constantFrom('Product Name', 'Input Image Urls', 'nothing');
  return allowedBy(schema, schemas).map(String);
}

const csv = fc.oneof(
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

const rawBody = fc.record({
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

const headers = fc.oneof(
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

/** The query of an operation: each parameter is there or not, right or wrong; now and then one that nobody knows. */
function queryOf(parameters, schemas) {
  const known = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => [
      name,
      fc.oneof(
        {
          weight: 4,
          arbitrary:
            name === 'cursor' && schema.pattern
              ? fc.constantFrom('{{cursor}}', '0~0')
              : allowedBy(schema, schemas).map(String),
        },
        { weight: 1, arbitrary: nasty },
      ),
    ]);
  return fc
    .tuple(
      fc.record(Object.fromEntries(known), { requiredKeys: [] }),
      fc.option(fc.tuple(nasty, nasty), { nil: null, freq: 6 }),
    )
    .map(([values, extra]) => [
      ...Object.entries(values).filter(([, value]) => value !== undefined),
      ...(extra ? [extra] : []),
    ]);
}

function bodyOf(operation, schemas) {
  const content = operation.requestBody?.content;
  if (!content) return fc.option(rawBody, { nil: undefined, freq: 8 });
  const good = [];
  if (content['text/csv']) good.push(csv.map((text) => ({ type: 'text/csv', text })));
  if (content['multipart/form-data']) {
    const form = fc.record({
      fields: fieldsOf(operation.parameters ?? [], schemas),
      file: fc.option(csv, { nil: undefined, freq: 12 }),
      name: fc.constantFrom('catalogue.csv', 'ü.csv', '', '../../x', 'x'.repeat(300), 'a"b.csv'),
      before: fc.boolean(),
    });
    good.push(
      form.map((form) => ({ form })),
      form.map((form) => ({ form })),
    );
  }
  if (content['application/json']) {
    const value = allowedBy(content['application/json'].schema, schemas);
    good.push(value.map((json) => ({ type: 'application/json', text: JSON.stringify(json) })));
    good.push(
      fc.tuple(value, nasty, fc.jsonValue({ maxDepth: 1 })).map(([json, name, wrong]) => ({
        type: 'application/json',
        text: JSON.stringify({ ...json, [name]: wrong }),
      })),
    );
  }
  return fc.oneof(
    { weight: 5, arbitrary: fc.oneof(...good) },
    { weight: 1, arbitrary: rawBody },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** One request to one operation. */
function forOperation(api, path, method) {
  const operation = api.paths[path][method];
  const { schemas } = api.components;
  const parameters = operation.parameters ?? [];
  const parts = parameters.filter((parameter) => parameter.in === 'path');
  const values = fc.record(
    Object.fromEntries(
      parts.map(({ name }) => [
        name,
        name === 'request_id'
          ? id
          : name === 'delivery_id'
            ? delivery
            : fc.oneof(fc.integer({ min: 1, max: 4 }).map(String), nasty),
      ]),
    ),
  );
  // The options of an upload stand in its form, or in the query of a plain CSV.
  const query = operation.requestBody
    ? fieldsOf(parameters, schemas).map(Object.entries)
    : queryOf(parameters, schemas);
  return fc
    .record({
      values,
      query: fc.oneof({ weight: 3, arbitrary: query }, { weight: 1, arbitrary: fc.constant([]) }),
      headers,
      body: bodyOf(operation, schemas),
    })
    .map(({ values, query, ...rest }) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{(\w+)\}/g, (_, name) => encoded(values[name])),
      query,
      ...rest,
    }));
}

const strayPath = (api) =>
  fc.oneof(
    fc.constantFrom(...Object.keys(api.paths)).map((path) => path.replace(/\{\w+\}/g, '{{id:0}}')),
    fc.constantFrom(
      ...[
        '/',
        '/docs',
        '/docs/',
        '/docs/json',
        '/docs/static/index.html',
        '/openapi.json',
        '/postman.json',
        '/assets/x.js',
      ],
      ...[
        '/files/',
        '/files/%2e%2e/halve.sqlite',
        '/files/..%2fhalve.sqlite',
        '/files/{{id:0}}/input.csv',
        '/files/{{id:1}}',
      ],
      ...[
        '/files/{{id:1}}/1-1-1.jpg',
        '/files/.unfinished',
        '/files/a%00b',
        '/index.html',
        '/favicon.ico',
        '//',
        '/%zz',
        '/status/%ff',
      ],
      ...[
        '/status/%',
        '/status//',
        '/upload/',
        '/webhook/',
        '/..',
        '/a/../status/x',
        '/status/x/images/y/result',
        '/%2e%2e/%2e%2e/x',
      ],
    ),
    fc.array(nasty, { maxLength: 3 }).map((parts) => `/${parts.map(encoded).join('/')}`),
    fc.string({ maxLength: 30 }).map((text) => `/${text.replace(/[^!-~]/g, '')}`),
  );

/** Every fixed-length `{{…}}` stays as it is: it is filled in when the request is sent. */
function encoded(text) {
  return text
    .split(/(\{\{[^}]*\}\})/)
    .map((part) => (part.startsWith('{{') ? part : encodeURIComponent(part.toWellFormed())))
    .join('');
}

/** `count` requests; the same document, seed and count always make the same ones. */
export function makeCases(api, { count, seed }) {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      weight: RARE.test(path) ? 1 : path === '/upload' || path === '/validate' ? 12 : 8,
      arbitrary: forOperation(api, path, method),
    })),
  );
  const stray = fc.record({
    method: fc.constantFrom(...METHODS),
    path: strayPath(api),
    query: fc.array(fc.tuple(nasty, nasty), { maxLength: 2 }),
    headers,
    body: fc.option(rawBody, { nil: undefined }),
  });
  const all = operations.reduce((sum, { weight }) => sum + weight, 0);
  return fc.sample(fc.oneof(...operations, { weight: Math.ceil(all / 6), arbitrary: stray }), {
    numRuns: count,
    seed,
  });
}
