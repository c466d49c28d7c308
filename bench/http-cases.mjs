// Requests for `npm run fuzz:http`, right and wrong ones, made from the OpenAPI document by fast-check: as values, in which
// `{{id:3}}` and its like stand for what the server has given out when the request is sent.
import fc from 'fast-check';
import { allowedBy, csv, delivery, headers, id, nasty, rawBody } from './http-values.mjs';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE'];
/** Slow for the server: each downloads and decodes a picture. */
const RARE = /\/(preview|original)$/;

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
  const column = fc.constantFrom('Product Name', 'Input Image Urls', '/image/', '#3', '#0', '/(/', 'nothing');
  if (name === 'url_column') return fc.oneof(column, fc.uniqueArray(column, { minLength: 2, maxLength: 3 }));
  if (name === 'name_column') return column;
  if (name === 'profile')
    return fc.constantFrom('auto', 'none', 'shopify_new', 'woocommerce', 'woocomerce', '');
  if (name === 'header_row') return fc.constantFrom('0', '1', '2', '3', '10000', '10001');
  if (name === 'encoding') return fc.constantFrom('utf-8', 'latin1', 'utf-16le', 'shift_jis', 'klingon');
  if (name === 'base_url') return fc.constantFrom('{{origin}}/', '{{origin}}/a/?b', 'ftp://x/', 'x');
  return allowedBy(schema, schemas).map(String);
}

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
