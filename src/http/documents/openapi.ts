// The OpenAPI document: what Fastify makes of the schemas, finished where those cannot say it: answers that are no JSON,
// problems, the webhook, and an example of everything.
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { PROBLEMS, type ProblemCode } from '../../errors.ts';
import {
  CSV_EXAMPLE,
  DETAILS,
  OCCURS_AT,
  PARAMETERS,
  REFUSED_BEFORE,
  TAGS,
  VALUES,
} from './openapi-examples.ts';
import type { Media, OpenApi, Operation } from './openapi-types.ts';
import { addWebhook } from './openapi-webhook.ts';
import { exampleOf, type Schema } from './schema-example.ts';

const DESCRIPTIONS: Record<string, string> = {
  200: 'OK',
  202: 'Accepted',
  204: 'Done; nothing to tell',
};
const TEXT: Schema = { type: 'string' };
const BINARY: Schema = { type: 'string', format: 'binary' };
/** Answers that are no JSON: what they are, by the end of their path. */
const OTHER_ANSWERS: [path: RegExp, type: string, schema: Schema, example?: string][] = [
  [/_csv\/\{request_id\}$/, 'text/csv', TEXT, CSV_EXAMPLE],
  // By the ending of the file that came.
  [/^\/(output|import)\//, 'text/*', TEXT, CSV_EXAMPLE],
  [/^\/zip\//, 'application/zip', BINARY],
  [
    /\/events$/,
    'text/event-stream',
    TEXT,
    'event: progress\ndata: {"status":"processing","progress":50}\n\n',
  ],
  [/^\/metrics$/, 'text/plain', TEXT, '# TYPE halve_queue_depth gauge\nhalve_queue_depth 12\n'],
  [/\/(original|result)$/, 'image/*', BINARY],
  [
    /^\/preview$/,
    'multipart/form-data',
    {
      type: 'object',
      required: ['figures', 'original', 'result'],
      properties: { figures: { $ref: '#/components/schemas/Preview' }, original: BINARY, result: BINARY },
    },
  ],
];
/** Bodies whose example is more than the sum of its properties. */
const BODY_EXAMPLES: Record<string, unknown> = {
  'text/csv': CSV_EXAMPLE,
  // What is in the example is what "Try it out" sends, so only what changes nothing.
  'multipart/form-data': { quality: '50', format: 'same', metadata: 'copyright' },
};

export function finishOpenApi(input: Parameters<typeof jsonSchemaTransformObject>[0]) {
  const made = jsonSchemaTransformObject(input);
  const document = made as unknown as OpenApi;
  const { schemas } = document.components;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      finishParameters(operation, schemas);
      finishBody(operation, schemas);
      addRefusals(`${method} ${path}`, operation);
      finishResponses(path, operation, schemas);
    }
  }
  addWebhook(document);
  const used = new Set(
    Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).flatMap((operation) => operation.tags ?? []),
    ),
  );
  document.tags = [...used].map((name) => ({ name, description: TAGS[name] ?? '' }));
  dropUnused(document);
  return made;
}

function finishParameters({ parameters = [] }: Operation, schemas: OpenApi['components']['schemas']): void {
  for (const parameter of parameters) {
    const description = parameter.description ?? PARAMETERS[parameter.name];
    if (description !== undefined) parameter.description = description;
    // An example of an optional one would be sent by "Try it out".
    if (parameter.required)
      parameter.example ??= exampleOf(parameter.schema, { schemas, values: VALUES }, parameter.name);
  }
}

function finishBody({ requestBody }: Operation, schemas: OpenApi['components']['schemas']): void {
  if (!requestBody) return;
  if (requestBody.content['text/csv']) requestBody.content['text/csv'] = { schema: TEXT };
  for (const [type, media] of Object.entries(requestBody.content)) {
    media.example ??= BODY_EXAMPLES[type] ?? exampleOf(media.schema, { schemas, values: VALUES });
  }
}

/** What is refused before a route is reached: of some calls, and of all with something that may be wrong in them. */
function addRefusals(name: string, { parameters = [], requestBody, responses }: Operation): void {
  const refusals = [
    ...(parameters.length > 0 ? [400] : []),
    ...(requestBody ? [400, 413, 415] : []),
    ...REFUSED_BEFORE.flatMap(([status, where]) => (where(name) ? [status] : [])),
  ];
  const schema = { $ref: '#/components/schemas/Problem' };
  for (const status of refusals) {
    responses[status] ??= { description: '', content: { 'application/json': { schema } } };
  }
}

function finishResponses(path: string, { responses }: Operation, schemas: OpenApi['components']['schemas']) {
  const other = OTHER_ANSWERS.find(([ending]) => ending.test(path));
  if (other) {
    const [, type, schema, example] = other;
    const media = example === undefined ? { schema } : { schema, example };
    responses[200] = { description: DESCRIPTIONS[200]!, content: { [type]: media } };
  }
  for (const [status, response] of Object.entries(responses)) {
    const codes = codesAt(path, Number(status));
    if (codes.length > 0) {
      response.description = codes.map((code) => PROBLEMS[code].title).join(', or: ');
      response.content = problemContent(Object.values(response.content ?? {})[0]!, codes);
      continue;
    }
    response.description = DESCRIPTIONS[status] ?? response.description;
    for (const media of Object.values(response.content ?? {})) {
      media.example ??= exampleOf(media.schema, { schemas, values: VALUES });
    }
  }
}

function codesAt(path: string, status: number): ProblemCode[] {
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter(
    (code) => PROBLEMS[code].status === status && (OCCURS_AT[code]?.test(path) ?? true),
  );
}

function problemContent({ schema }: Media, codes: ProblemCode[]): Record<string, Media> {
  const examples = Object.fromEntries(
    codes.map((code) => [code, { summary: PROBLEMS[code].title, value: problemExample(code) }]),
  );
  return { 'application/problem+json': { schema, examples } };
}

function problemExample(code: ProblemCode): object {
  const { title, status } = PROBLEMS[code];
  const { line, row, spreadsheet_row, column, message } = VALUES;
  return {
    type: 'about:blank',
    title,
    status,
    code,
    detail: DETAILS[code] ?? `${title}.`,
    ...(code === 'invalid_csv' && {
      errors: [
        {
          line: line![0],
          row: row![0],
          spreadsheet_row: spreadsheet_row![0],
          column: column![0],
          code: 'invalid_url',
          message: message![0],
        },
      ],
    }),
  };
}

/** Every schema is made once for what comes in and once for what goes out; only those that are used stay. */
function dropUnused({ paths, components, webhooks }: OpenApi): void {
  for (;;) {
    const text = JSON.stringify([paths, components, webhooks]);
    const unused = Object.keys(components.schemas).filter(
      (name) => !text.includes(`"#/components/schemas/${name}"`),
    );
    if (unused.length === 0) return;
    for (const name of unused) delete components.schemas[name];
  }
}
