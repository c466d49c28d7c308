// The OpenAPI document: what Fastify makes of the schemas, finished where those cannot say it.
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { PROBLEMS } from '../errors.ts';

interface Response {
  description: string;
  content?: Record<string, unknown>;
}

interface Operation {
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, Response>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const DESCRIPTIONS: Record<string, string> = {
  200: 'OK',
  202: 'Accepted',
  204: 'Done; nothing to tell',
  ...Object.fromEntries(Object.values(PROBLEMS).map(({ status }) => [status, titlesOf(status)])),
};
const TEXT = { type: 'string' };
const BINARY = { type: 'string', format: 'binary' };
/** Answers that are no JSON: what they are, by the end of their path. */
const OTHER_ANSWERS: [path: RegExp, type: string, schema: object][] = [
  [/_csv\/\{request_id\}$/, 'text/csv', TEXT],
  [/\/events$/, 'text/event-stream', TEXT],
  [/^\/metrics$/, 'text/plain', TEXT],
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

export function finishOpenApi(input: Parameters<typeof jsonSchemaTransformObject>[0]) {
  const made = jsonSchemaTransformObject(input);
  const document = made as unknown as Document;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const { requestBody, responses } of Object.values(operations)) {
      if (requestBody?.content['text/csv']) requestBody.content['text/csv'] = { schema: TEXT };
      const other = OTHER_ANSWERS.find(([ending]) => ending.test(path));
      if (other)
        responses[200] = { description: DESCRIPTIONS[200]!, content: { [other[1]]: { schema: other[2] } } };
      for (const [status, response] of Object.entries(responses)) {
        response.description = DESCRIPTIONS[status] ?? response.description;
        if (Number(status) >= 400) response.content = problemContent(response);
      }
    }
  }
  dropUnused(document);
  return made;
}

function problemContent({ content = {} }: Response): Record<string, unknown> {
  return { 'application/problem+json': Object.values(content)[0] };
}

function titlesOf(status: number): string {
  const titles = Object.values(PROBLEMS).filter((problem) => problem.status === status);
  return titles.map(({ title }) => title).join(', or: ');
}

/** Every schema is made once for what comes in and once for what goes out; only those that are used stay. */
function dropUnused({ paths, components }: Document): void {
  for (;;) {
    const text = JSON.stringify([paths, components]);
    const unused = Object.keys(components.schemas).filter(
      (name) => !text.includes(`"#/components/schemas/${name}"`),
    );
    if (unused.length === 0) return;
    for (const name of unused) delete components.schemas[name];
  }
}
