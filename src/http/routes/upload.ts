// POST /upload and POST /validate: a table comes in as a form or as it is, and is read as a stream.
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { toRequestOptions, uploadFields } from '../../intake/options.ts';
import { inSpan } from '../../util/telemetry/trace.ts';
import type { App, HttpContext } from '../context.ts';
import { callerOf } from '../guards/auth.ts';
import { createSlots } from '../guards/slots.ts';
import { spanOf } from '../observe.ts';
import { presentRecognised, presentTable, recognisedFields, tableFields } from '../present-table.ts';
import { csvProblemSchema, problems } from '../problem.ts';
import { readUploads } from '../read-upload.ts';

const acceptedSchema = z
  .object({
    request_id: z.uuid(),
    status: z.literal('pending'),
    products: z.number().int(),
    images: z.number().int(),
    status_url: z.url(),
    ...recognisedFields,
  })
  .meta({ id: 'Accepted' });

const validationSchema = z
  .object({
    valid: z.boolean(),
    products: z.number().int(),
    images: z.number().int(),
    hosts: z.number().int().describe('Different hosts in the URLs, counted up to 10,000'),
    ...recognisedFields,
    ...tableFields,
    problems: z.array(csvProblemSchema),
  })
  .meta({ id: 'Validation' });

const form = uploadFields.extend({ file: z.file().describe('The CSV file') });
const idempotencyKey = z.string().min(1).max(255).optional();

export function uploadRoutes(app: App, context: HttpContext): void {
  const { intake } = context;
  const slots = createSlots({
    perCaller: context.limits.uploadsAtOnce,
    refusal: ['too_many_uploads', 'Wait until one of the uploads that are under way has been answered.'],
  });
  const receive = readUploads(app, context);

  const documented = {
    tags: ['uploads'],
    consumes: ['multipart/form-data', 'text/csv'],
    body: form.meta({
      id: 'Upload',
      description: 'The CSV with its options; or the CSV itself as text/csv with the options as query.',
    }),
    querystring: uploadFields,
  };
  // The body is a stream: its parts are checked one by one as they come.
  const unchecked = () => () => true;

  app.post(
    '/upload',
    {
      schema: {
        ...documented,
        summary: 'Upload a CSV; its images are processed from now on',
        headers: z.object({ 'idempotency-key': idempotencyKey }),
        response: { 202: acceptedSchema, ...problems(400, 401, 413, 415, 422) },
      },
      validatorCompiler: unchecked,
    },
    (call, reply) =>
      slots.hold(call, async () => {
        const key = idempotencyKey.safeParse(call.headers['idempotency-key']);
        if (!key.success)
          throw new AppError('invalid_request', 'Idempotency-Key: must have 1 to 255 characters');
        const accepted = await inSpan('upload', { parent: spanOf(call) }, async (span) => {
          const { received, fields } = await receive(call);
          const accepted = await intake.accept(received, {
            options: toRequestOptions(fields),
            owner: callerOf(call),
            webhookUrl: fields.webhook_url ?? null,
            idempotencyKey: key.data === undefined ? null : `${callerOf(call)}:${key.data}`,
          });
          const { request_id, products: rows, images } = accepted;
          span?.setAttributes({ request_id, rows, images });
          return { ...accepted, ...presentRecognised(received.check) };
        });
        context.wake();
        return reply
          .code(202)
          .header('location', `/status/${accepted.request_id}`)
          .send({
            ...accepted,
            status: 'pending' as const,
            status_url: context.links.status(accepted.request_id),
          });
      }),
  );

  app.post(
    '/validate',
    {
      schema: {
        ...documented,
        summary: 'Check a CSV; nothing is stored',
        response: { 200: validationSchema, ...problems(400, 401, 413, 415, 422) },
      },
      validatorCompiler: unchecked,
    },
    async (call) => {
      const { received } = await slots.hold(call, () => receive(call));
      await intake.discard(received.id);
      const { check } = received;
      return {
        valid: check.problems.length === 0,
        products: check.products,
        images: check.images,
        hosts: check.hosts,
        ...presentRecognised(check),
        ...presentTable(check),
        problems: check.problems,
      };
    },
  );
}
