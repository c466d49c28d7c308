// Errors as application/problem+json (RFC 9457), with a stable code and, for a CSV, every problem of the file.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, explanationOf, messageOf, PROBLEMS, type ProblemCode, StorageFault } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { routeOf } from './observe.ts';

export const csvProblemSchema = z.object({
  line: z.number().int().nullable().describe('Physical line, 1-based'),
  row: z.number().int().nullable().describe('Data row, 1-based; blank lines are not counted'),
  spreadsheet_row: z.number().int().nullable().describe('The row as a spreadsheet numbers it'),
  column: z.string().nullable(),
  product_name: z.string().optional().describe('What the row names, shortened'),
  code: z.string(),
  message: z.string(),
});

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    errors: z.array(csvProblemSchema).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

/** Documented answers of a route: one problem document for each status. */
export function problems<Status extends number>(...statuses: Status[]): Record<Status, typeof problemSchema> {
  return Object.fromEntries(statuses.map((status) => [status, problemSchema])) as Record<
    Status,
    typeof problemSchema
  >;
}

/** Codes for what Fastify and its plugins throw; everything else is our own fault. */
const THROWN: Record<string, { code: ProblemCode; detail?: string }> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    detail: 'Send multipart/form-data or text/csv.',
  },
  FST_INVALID_MULTIPART_CONTENT_TYPE: {
    code: 'unsupported_media_type',
    detail: 'Send multipart/form-data or text/csv.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'upload_too_large' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not_found', detail: 'There is nothing with so long a name.' },
  FST_PARTS_LIMIT: { code: 'invalid_request' },
  FST_FIELDS_LIMIT: { code: 'invalid_request' },
  FST_FILES_LIMIT: { code: 'invalid_request' },
  ERR_STREAM_PREMATURE_CLOSE: { code: 'upload_cut_off' },
  ECONNRESET: { code: 'upload_cut_off' },
  ENOSPC: { code: 'unavailable', detail: 'The storage is full.' },
  EDQUOT: { code: 'unavailable', detail: 'The storage is full.' },
  DATABASE_UNAVAILABLE: { code: 'unavailable' },
};

const RETRY_AFTER_SECONDS = 5;

export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.map(
      ({ instancePath, message }) => `${instancePath.slice(1) || 'input'}: ${message}`,
    );
    return new AppError('invalid_request', details.join('; '));
  }
  const { code, statusCode } = error as FastifyError;
  const known = THROWN[code ?? ''];
  if (known) {
    const retryAfterSeconds = known.code === 'unavailable' ? RETRY_AFTER_SECONDS : undefined;
    return new AppError(known.code, known.detail ?? messageOf(error), { retryAfterSeconds });
  }
  if (error instanceof StorageFault) {
    return new AppError('unavailable', 'The storage does not answer.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: error,
    });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError(statusCode === 404 ? 'not_found' : 'invalid_request', messageOf(error));
  }
  return new AppError('internal', 'The error was logged.', { cause: error });
}

export function problemOf(error: AppError): z.infer<typeof problemSchema> {
  const { title, status } = PROBLEMS[error.code];
  return {
    type: 'about:blank',
    title,
    status,
    code: error.code,
    detail: error.message,
    ...(error.errors && { errors: error.errors }),
  };
}

export function createErrorHandler({ log, metrics }: Pick<HttpContext, 'log' | 'metrics'>) {
  return (thrown: unknown, call: FastifyRequest, reply: FastifyReply): void => {
    const error = toAppError(thrown);
    const route = routeOf(call);
    if (route === '/upload') metrics.uploads.inc({ code: error.code });
    if (error.status >= 500) {
      log.error(
        {
          http_id: call.id,
          method: call.method,
          route,
          request_id: (call.params as { request_id?: string } | null)?.request_id,
          error: explanationOf(thrown),
          stack: (thrown as Error).stack,
        },
        'a call failed',
      );
    }
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    void reply
      .code(error.status)
      .type('application/problem+json')
      .serializer(JSON.stringify as (payload: unknown) => string)
      .send(problemOf(error));
  };
}
