// POST /upload and POST /validate: a CSV comes in as a form or as it is, and is read as a stream.
import { Readable } from 'node:stream';
import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, messageOf } from '../../errors.ts';
import { toRequestOptions, type UploadFields, uploadFields } from '../../intake/options.ts';
import { type Columns, type Received, tooLarge } from '../../intake/submit.ts';
import { inSpan } from '../../util/trace.ts';
import type { App, HttpContext } from '../context.ts';
import { callerOf } from '../guards/auth.ts';
import { createSlots } from '../guards/slots.ts';
import { spanOf } from '../observe.ts';
import { csvProblemSchema, problems } from '../problem.ts';

const acceptedSchema = z
  .object({
    request_id: z.uuid(),
    status: z.literal('pending'),
    products: z.number().int(),
    images: z.number().int(),
    status_url: z.url(),
  })
  .meta({ id: 'Accepted' });

const validationSchema = z
  .object({
    valid: z.boolean(),
    products: z.number().int(),
    images: z.number().int(),
    hosts: z.number().int().describe('Different hosts in the URLs, counted up to 10,000'),
    header: z.array(z.string()).describe('The columns as the file names them'),
    columns: z
      .object({ serial: z.string().nullable(), name: z.string(), url: z.string() })
      .nullable()
      .describe('The ones that are used, as the file names them; null when they were not recognised'),
    problems: z.array(csvProblemSchema),
    warnings: z.array(
      z.object({ line: z.number().int(), row: z.number().int(), code: z.string(), message: z.string() }),
    ),
    preview: z
      .array(z.object({ row: z.number().int(), name: z.string(), urls: z.array(z.string()) }))
      .describe('The first rows as they were understood'),
  })
  .meta({ id: 'Validation' });

const form = uploadFields.extend({ file: z.file().describe('The CSV file') });
const idempotencyKey = z.string().min(1).max(255).optional();

const CSV_TYPES = [
  'text/csv',
  'application/csv',
  'application/vnd.ms-excel',
  'text/plain',
  'application/octet-stream',
];
const FIELD_BYTES = 16 * 1024;

export function uploadRoutes(app: App, context: HttpContext): void {
  const { intake } = context;
  const slots = createSlots({
    perCaller: context.limits.uploadsAtOnce,
    refusal: ['too_many_uploads', 'Wait until one of the uploads that are under way has been answered.'],
  });
  for (const type of CSV_TYPES)
    app.addContentTypeParser(type, (_request, payload, done) => done(null, payload));

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
    (request, reply) =>
      slots.hold(request, async () => {
        const key = idempotencyKey.safeParse(request.headers['idempotency-key']);
        if (!key.success)
          throw new AppError('invalid_request', 'Idempotency-Key: must have 1 to 255 characters');
        const accepted = await inSpan('upload', { parent: spanOf(request) }, async (span) => {
          const { received, fields } = await receive(request);
          const accepted = await intake.accept(received, {
            options: toRequestOptions(fields),
            owner: callerOf(request),
            webhookUrl: fields.webhook_url ?? null,
            idempotencyKey: key.data === undefined ? null : `${callerOf(request)}:${key.data}`,
          });
          const { request_id, products: rows, images } = accepted;
          span?.setAttributes({ request_id, rows, images });
          return accepted;
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
    async (request) => {
      const { received } = await slots.hold(request, () => receive(request));
      await intake.discard(received.id);
      const { products, images, hosts, header, shape, problems: found, warnings, preview } = received.check;
      const columns = shape && {
        serial: shape.columns.serial === null ? null : header[shape.columns.serial]!,
        name: header[shape.columns.name]!,
        url: header[shape.columns.url]!,
      };
      return {
        valid: found.length === 0,
        products,
        images,
        hosts,
        header,
        columns,
        problems: found,
        warnings,
        preview,
      };
    },
  );

  /** Reads the file and its options, in whatever order they come. Nothing stays behind when it rejects. */
  async function receive(request: FastifyRequest): Promise<{ received: Received; fields: UploadFields }> {
    const texts: Record<string, unknown> = { ...(request.query as object) };
    let received: Received | undefined;
    try {
      if (Number(request.headers['content-length']) > context.maxUploadBytes + FIELD_BYTES * 16) {
        throw tooLarge(context.maxUploadBytes);
      }
      if (request.isMultipart()) {
        for await (const part of partsOf(request)) {
          if (part.type === 'field') texts[part.fieldname] = textOf(part);
          else if (part.fieldname !== 'file') part.file.resume();
          else if (!received) received = await receivePart(part, texts);
          else throw new AppError('invalid_request', 'Send one CSV in the form field "file", not several.');
        }
      } else if (request.body instanceof Readable) {
        received = await intake.receive(request.body, 'upload.csv', columnsOf(texts));
      }
      if (!received && request.body !== undefined && !request.isMultipart()) {
        throw new AppError('unsupported_media_type', 'Send multipart/form-data or text/csv.');
      }
      if (!received)
        throw new AppError('missing_file', 'Send the CSV in the form field "file", or as a text/csv body.');
      const fields = parseFields(texts);
      return { received: await intake.recheck(received, columnsOf(texts)), fields };
    } catch (error) {
      if (received) await intake.discard(received.id);
      throw error;
    }
  }

  async function receivePart(part: MultipartFile, texts: Record<string, unknown>): Promise<Received> {
    let broken: unknown;
    part.file.once('error', (error) => {
      broken = error;
    });
    try {
      return await intake.receive(part.file, part.filename || 'upload.csv', columnsOf(texts));
    } catch (error) {
      if (error !== broken && error !== part.file.errored) throw error;
      throw new AppError('upload_cut_off', 'The form ended within the file.', { cause: error });
    }
  }
}

/** The parts of a form. What its parser throws is the sender's fault. */
async function* partsOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  try {
    yield* request.parts();
  } catch (error) {
    if ((error as { code?: string }).code !== undefined) throw error;
    throw new AppError('invalid_request', `The form cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws AppError invalid_option when it was cut. */
function textOf({ fieldname, value, valueTruncated }: MultipartValue): unknown {
  if (valueTruncated)
    throw new AppError('invalid_option', `${fieldname.slice(0, 100)}: may have ${FIELD_BYTES} bytes`);
  return value;
}

/** The columns named so far; a form may name them behind the file. */
function columnsOf({ url_column, name_column }: Record<string, unknown>): Columns {
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);
  return { url_column: text(url_column), name_column: text(name_column) };
}

function parseFields(texts: Record<string, unknown>): UploadFields {
  const parsed = uploadFields.safeParse(texts);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new AppError('invalid_option', details.join('; '));
}
