// The body of an upload: a form or the CSV as it is, read as a stream, with the options that came along.
import { Readable } from 'node:stream';
import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError, messageOf } from '../errors.ts';
import { type UploadFields, uploadFields } from '../intake/options.ts';
import { type Columns, type Received, tooLarge } from '../intake/submit.ts';
import type { App, HttpContext } from './context.ts';

const CSV_TYPES = [
  'text/csv',
  'application/csv',
  'application/vnd.ms-excel',
  'text/plain',
  'application/octet-stream',
];
/** What one field of a form may have. */
export const FIELD_BYTES = 16 * 1024;

/** Makes `app` leave the bodies of its calls to what is returned. */
export function readUploads(
  app: App,
  { intake, maxUploadBytes }: Pick<HttpContext, 'intake' | 'maxUploadBytes'>,
) {
  for (const type of CSV_TYPES) app.addContentTypeParser(type, (_call, payload, done) => done(null, payload));

  /** Reads the file and its options, in whatever order they come. Nothing stays behind when it rejects. */
  async function receive(call: FastifyRequest): Promise<{ received: Received; fields: UploadFields }> {
    const texts: Record<string, unknown> = { ...(call.query as object) };
    let received: Received | undefined;
    try {
      if (Number(call.headers['content-length']) > maxUploadBytes + FIELD_BYTES * 16) {
        throw tooLarge(maxUploadBytes);
      }
      if (call.isMultipart()) {
        for await (const part of partsOf(call)) {
          if (part.type === 'field') texts[part.fieldname] = textOf(part);
          else if (part.fieldname !== 'file') part.file.resume();
          else if (!received) received = await receivePart(part, texts);
          else throw new AppError('invalid_request', 'Send one CSV in the form field "file", not several.');
        }
      } else if (call.body instanceof Readable) {
        received = await intake.receive(call.body, 'upload.csv', columnsOf(texts));
      }
      if (!received && call.body !== undefined && !call.isMultipart()) {
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

  return receive;
}

/** The parts of a form. What its parser throws is the sender's fault. */
async function* partsOf(call: FastifyRequest): AsyncGenerator<Multipart> {
  try {
    yield* call.parts();
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
