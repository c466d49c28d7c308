// Makes dist/postman.json, which is served at /postman.json: the OpenAPI document of the built server as a Postman
// collection (v2.1) that can be run from end to end. Run by the build.
import { writeFileSync } from 'node:fs';
import { exampleOf } from '../dist/http/documents/schema-example.js';
import { createServer } from '../dist/http/server.js';
import { STEPS } from './postman-steps.mjs';

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
/** From the folder that Postman or newman is told to work in: the example that comes with the program. */
const EXAMPLE_FILE = 'catalogue/products.csv';
/** Form fields that a run sends; the others are there to be switched on. */
const SENT_FIELDS = {
  '/upload': { webhook_url: '{{base_url}}/webhook' },
};
const LAST_FOLDER = 'changes';
/** The usual address of a server; whoever serves the collection puts its own in. */
const BASE_URL = 'http://127.0.0.1:8000';

writeFileSync(
  new URL('../dist/postman.json', import.meta.url),
  JSON.stringify(toPostman(await describeServer())),
);

/** The OpenAPI document, of a server without parts: no route of it is called. */
async function describeServer() {
  const server = await createServer({
    records: {},
    storage: { files: null },
    apiKeys: [],
    queueBoard: null,
    pageFolder: '',
    limits: { ratePerMinute: 0, trustProxy: 0, uploadTimeoutMs: 60_000, stallMs: 60_000 },
  });
  await server.ready();
  const document = server.swagger();
  await server.close();
  return document;
}

function toPostman(document) {
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
  calls.sort((a, b) => placeOf(a) - placeOf(b));
  const folders = new Map();
  for (const { name, description } of document.tags ?? []) folders.set(name, { description, calls: [] });
  folders.set(LAST_FOLDER, { description: 'What changes or removes a request', calls: [] });
  for (const call of calls) folders.get(folderOf(call)).calls.push(call);
  const { title, description } = document.info;
  return {
    info: { name: title, description, schema: SCHEMA },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{api_key}}', type: 'string' }] },
    variable: [
      { key: 'base_url', value: BASE_URL },
      { key: 'api_key', value: '' },
      ...pathVariables(calls, document),
    ],
    item: [...folders]
      .filter(([, folder]) => folder.calls.length > 0)
      .map(([name, folder]) => ({
        name,
        description: folder.description,
        item: folder.calls.map((call) => itemOf(call, document)),
      })),
  };
}

function placeOf({ method, path }) {
  const place = Object.keys(STEPS).indexOf(`${method} ${path}`);
  return place === -1 ? Number.POSITIVE_INFINITY : place;
}

function folderOf({ method, path, operation }) {
  return STEPS[`${method} ${path}`]?.last ? LAST_FOLDER : operation.tags[0];
}

/** What stands in a path is a variable of the collection, so that one call can set it for the next. */
function pathVariables(calls, { components }) {
  const named = calls.flatMap(({ operation }) =>
    (operation.parameters ?? []).filter((parameter) => parameter.in === 'path'),
  );
  return [...new Map(named.map((parameter) => [parameter.name, parameter]))].map(
    ([key, { schema, example }]) => ({
      key,
      value: String(example ?? exampleOf(schema, { schemas: components.schemas, values: {} })),
    }),
  );
}

function itemOf(call, document) {
  const { method, path, operation } = call;
  const { summary, description, parameters = [], requestBody } = operation;
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const query = parameters.filter((parameter) => parameter.in === 'query' && !requestBody);
  const segments = path
    .slice(1)
    .replace(/\{(\w+)\}/g, '{{$1}}')
    .split('/');
  return {
    name: summary,
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: testScript(call) } }],
    request: {
      method: method.toUpperCase(),
      ...(description && { description }),
      header: [
        ...parameters.filter((parameter) => parameter.in === 'header').map(switchedOff),
        ...(type && type !== 'multipart/form-data' ? [{ key: 'Content-Type', value: type }] : []),
      ],
      url: {
        raw: `{{base_url}}/${segments.join('/')}`,
        host: ['{{base_url}}'],
        path: segments,
        ...(query.length > 0 && { query: query.map(switchedOff) }),
      },
      ...(media && { body: bodyOf(path, type, media, document) }),
    },
    response: [],
  };
}

function switchedOff({ name, description, schema }) {
  return { key: name, value: String(schema.default ?? ''), description: description ?? '', disabled: true };
}

function bodyOf(path, type, media, { components }) {
  if (type !== 'multipart/form-data') {
    const { example } = media;
    return { mode: 'raw', raw: typeof example === 'string' ? example : JSON.stringify(example, null, 2) };
  }
  const name = media.schema.$ref?.split('/').at(-1) ?? '';
  const { properties = {} } = components.schemas[name] ?? media.schema;
  const sent = SENT_FIELDS[path] ?? {};
  const fields = Object.entries(properties).map(([key, schema]) => {
    const description = schema.description ?? '';
    if (schema.format === 'binary') return { key, type: 'file', src: EXAMPLE_FILE, description };
    const example = media.example?.[key];
    const value = sent[key] ?? String(example ?? '');
    return { key, type: 'text', value, description, ...(key in sent ? {} : { disabled: true }) };
  });
  // The file goes last, as a browser's form would have it or not: the server takes any order.
  return {
    mode: 'formdata',
    formdata: fields.sort((a, b) => Number(a.type === 'file') - Number(b.type === 'file')),
  };
}

function testScript({ method, path, operation }) {
  const step = STEPS[`${method} ${path}`];
  const documented = Object.keys(operation.responses).map(Number);
  const successes = documented.filter((status) => status < 300);
  // A call that no step is written for cannot be sure of its input; but it must answer as documented.
  const right = step ? [...successes, ...(step.also ?? [])] : documented;
  const media = operation.responses[successes[0] ?? 200]?.content?.['application/json'];
  const keys = Object.keys(media?.example ?? {});
  const general = [
    `pm.test('answers ${right.join(' or ')}', () => pm.expect(${JSON.stringify(right)}).to.include(pm.response.code));`,
  ];
  const checks = [
    ...(keys.length > 0
      ? [
          'const answer = pm.response.json();',
          `pm.test('has what is documented', () => pm.expect(answer).to.include.all.keys(${JSON.stringify(keys)}));`,
        ]
      : []),
    ...(step?.script ?? []),
  ];
  return checks.length === 0
    ? general
    : [...general, 'if (pm.response.code < 300) {', ...checks.map((line) => `  ${line}`), '}'];
}
