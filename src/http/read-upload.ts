// The body of an upload: a form or the CSV as it is, read as a stream, with the options that came along.
import { Readable } from 'node:stream';
import type { Multipart, MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError, messageOf } from '../errors.ts';
import { tableOptions, type UploadFields, unknownFields, uploadFields } from '../intake/options.ts';
import { type Received, tooLarge } from '../intake/submit.ts';
import type { App, HttpContext } from './context.ts';

const CSV_TYPES = [
  'text/csv',
  'text/tab-separated-values',
  'application/csv',
  'application/vnd.ms-excel',
  'text/plain',
  'application/octet-stream',
];
/** What comes now and then in the place of a table. */
const JSON_TYPES = ['application/json', 'application/ndjson', 'application/x-ndjson', 'application/jsonl'];
const FILE_AS_TEXT = 'The part "file" has no file name, so it came as a text: send it as a file.';
/** What one field of a form may have. */
export const FIELD_BYTES = 16 * 1024;

/** Makes `app` leave the bodies of its calls to what is returned. */
export function readUploads(
  app: App,
  { intake, maxUploadBytes }: Pick<HttpContext, 'intake' | 'maxUploadBytes'>,
) {
  for (const type of CSV_TYPES) app.addContentTypeParser(type, (_call, payload, done) => done(null, payload));
  const noTable = new AppError(
    'unsupported_media_type',
    'JSON is no table: export the catalogue as CSV, and send it as multipart/form-data or text/csv.',
  );
  app.addContentTypeParser(JSON_TYPES, (_call, _payload, done) => done(noTable));

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
          if (part.type === 'field') {
            if (part.fieldname === 'file') throw new AppError('missing_file', FILE_AS_TEXT);
            texts[part.fieldname] = withAnother(texts[part.fieldname], textOf(part));
          } else if (!received) received = await receivePart(part, texts);
          else throw new AppError('invalid_request', 'Send one file, not several.');
        }
      } else if (call.body instanceof Readable) {
        received = await intake.receive(call.body, 'upload.csv', tableOptions(parseFields(texts)));
      }
      if (!received) throw new AppError('missing_file', 'Send the file in a form, or as a text/csv body.');
      const fields = parseFields(texts);
      return { received: await intake.settle(received, tableOptions(fields)), fields };
    } catch (error) {
      if (received) await intake.discard(received.id);
      throw error;
    }
  }

  async function receivePart(part: MultipartFile, texts: Record<string, unknown>): Promise<Received> {
    const table = tableOptions(parseFields(texts));
    let broken: unknown;
    part.file.once('error', (error) => {
      broken = error;
    });
    try {
      return await intake.receive(part.file, part.filename || 'upload.csv', table);
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

/** A field that comes again is a list. */
const withAnother = (before: unknown, text: unknown): unknown =>
  before === undefined ? text : [before, text].flat();

/** @throws AppError invalid_option when it was cut. */
function textOf({ fieldname, value, valueTruncated }: MultipartValue): unknown {
  if (valueTruncated)
    throw new AppError('invalid_option', `${fieldname.slice(0, 100)}: may have ${FIELD_BYTES} bytes`);
  return value;
}

/** @throws AppError invalid_option for a value that cannot be used, and for a name that is no option's. */
function parseFields(texts: Record<string, unknown>): UploadFields {
  const unknown = unknownFields(Object.keys(texts)).map(({ name, meant }) => {
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    return `${name.slice(0, 100)}: is no option${hint}`;
  });
  const parsed = uploadFields.safeParse(texts);
  const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  if (parsed.success && unknown.length === 0) return parsed.data;
  throw new AppError('invalid_option', [...unknown, ...wrong].join('; '));
}
