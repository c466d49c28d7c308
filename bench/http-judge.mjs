// Whether an answer is one that the OpenAPI document allows for its request.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const PROBLEM = 'application/problem+json';
/** What a server may say of a body that an operation has no use for. */
const OF_STRAY_BODIES = ['400', '413', '415'];
/** Node's HTTP parser takes no heads over 16 KB, by its own count, which is some bytes more than ours. */
export const HEAD_BYTES = 16 * 1000;

/** @returns `judge(request, answer)`: the operation that was meant (null for none) and what is wrong (null for nothing). */
export function createJudge(api) {
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema({ $id: 'api', ...api });
  const validators = new Map();
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      operation,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
    })),
  );

  /** Errors of a value against a schema of the document; null for none. */
  function against(schema, value) {
    const text = JSON.stringify(schema).replaceAll('"#/', '"api#/');
    if (!validators.has(text)) validators.set(text, ajv.compile(JSON.parse(text)));
    const validate = validators.get(text);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  }

  function wrongProblem({ status, type, body }) {
    if (type !== PROBLEM) return `${status} as ${type || 'nothing'}, not as a problem document`;
    const problem = JSON.parse(body);
    if (problem.status !== status) return `${status} says ${problem.status} of itself`;
    return against({ $ref: '#/components/schemas/Problem' }, problem);
  }

  /** A refusal by what the request is and not by what it asks for. */
  function isGeneric(status, { headers, body, headBytes }, operation) {
    if (status === '431') return headBytes > HEAD_BYTES;
    if (status === '403') return headers.host !== undefined || headers.origin !== undefined;
    return body !== undefined && !operation.requestBody && OF_STRAY_BODIES.includes(status);
  }

  function wrongOf(request, answer, operation) {
    const { status, type, body } = answer;
    if (status >= 500 && !(status === 503 && operation?.responses[503]))
      return `${status}: ${body.slice(0, 300)}`;
    if (request.method === 'HEAD') return null;
    if (status >= 400) {
      const wrong = wrongProblem(answer);
      if (wrong) return wrong;
    }
    if (!operation || isGeneric(String(status), request, operation)) return null;
    const response = operation.responses[status];
    if (!response) return `${status} is not documented: ${body.slice(0, 300)}`;
    if (status === 204) return body === '' ? null : '204 with a body';
    const documented = Object.keys(response.content ?? {});
    const known = documented.find(
      (one) => one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))),
    );
    if (!known) return `${status} as ${type}, documented as ${documented.join(', ')}`;
    if (!known.endsWith('json')) return null;
    return against(response.content[known].schema, JSON.parse(body));
  }

  return function judge(request, answer) {
    const path = request.path.split('?')[0];
    const found = operations.find(({ method, pattern }) => method === request.method && pattern.test(path));
    let wrong;
    try {
      wrong = wrongOf(request, answer, found?.operation);
    } catch (error) {
      wrong = `${answer.status} ${answer.type}: ${error.message}`;
    }
    return { operation: found?.name ?? null, wrong };
  };
}
