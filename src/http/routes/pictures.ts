// Single pictures for people to look at: a preview before anything is started, and the original and the result of an
// image of a request, from here even where they live elsewhere, so that the page needs no other host.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { toRequestOptions, uploadFields } from '../../intake/options.ts';
import type { ProcessOptions } from '../../ports.ts';
import type { ImageRecord } from '../../records/results.ts';
import type { RequestRecord } from '../../records/schema.ts';
import { columnEntries, columnSchema } from '../../result-columns.ts';
import type { App, HttpContext } from '../context.ts';
import { requestOf } from '../guards/access.ts';
import { MAX_SEQ, requestParams } from '../params.ts';
import { problems } from '../problem.ts';
import { formOf, sendPicture, sendStream, typeOf, whileOpen } from '../send-picture.ts';

const previewBody = uploadFields
  .pick({ quality: true, format: true, max_width: true, max_height: true, metadata: true })
  .extend({ url: z.string().max(16_384).describe('Of the image; every guard of an upload holds for it') })
  .meta({ id: 'PreviewOf' });

const previewSchema = z
  .object(
    Object.fromEntries(
      columnEntries().flatMap(([name, column]) =>
        column.preview ? [[name, columnSchema(column, true)]] : [],
      ),
    ),
  )
  .meta({ id: 'Preview' });

/** The same picture with the least work: only what was downloaded is wanted. */
const AS_IT_IS: ProcessOptions = toRequestOptions(uploadFields.parse({}));

export function pictureRoutes(app: App, context: HttpContext): void {
  const { previews, records, storage } = context;

  app.post(
    '/preview',
    {
      schema: {
        tags: ['uploads'],
        summary: 'Make one image lighter and see both, before anything is started; nothing is stored',
        body: previewBody,
        response: { 200: previewSchema, ...problems(400, 401, 422, 503) },
      },
    },
    async ({ body: { url, ...fields } }, reply) => {
      const { made, original, result } = await previews.make(
        url,
        toRequestOptions(uploadFields.parse(fields)),
        whileOpen(reply),
      );
      const figures = previewSchema.parse(made);
      const boundary = `halve-${randomUUID()}`;
      return sendStream(
        reply.type(`multipart/form-data; boundary=${boundary}`).header('cache-control', 'no-store'),
        Readable.from(
          formOf(boundary, [
            { name: 'figures', type: 'application/json', body: [Buffer.from(JSON.stringify(figures))] },
            { name: 'original', type: typeOf(made.original_key ?? ''), body: original },
            { name: 'result', type: typeOf(made.output_key), body: result },
          ]),
        ),
      );
    },
  );

  const imageParams = requestParams.extend({ seq: z.coerce.number<string>().int().min(1).max(MAX_SEQ) });

  async function findImage({ id }: RequestRecord, seq: number): Promise<ImageRecord> {
    const [image] = await records.results.list(id, { cursor: seq - 1, limit: 1 });
    if (image?.seq !== seq) throw new AppError('not_found', 'The request has no such image.');
    return image;
  }

  app.get(
    '/status/:request_id/images/:seq/original',
    {
      schema: {
        tags: ['results'],
        summary: 'The picture as it came: the kept one, else downloaded again from the input URL',
        params: imageParams,
        response: { ...problems(401, 404, 422, 503) },
      },
    },
    async (call, reply) => {
      const { original_key, input_url } = await findImage(requestOf(call), call.params.seq);
      const kept = original_key === null ? null : await storage.get(original_key);
      if (kept && original_key !== null) return sendPicture(reply, original_key, kept);
      const { made, original, result } = await previews.make(input_url, AS_IT_IS, whileOpen(reply));
      result.destroy();
      return sendPicture(reply, made.original_key ?? '', original);
    },
  );

  app.get(
    '/status/:request_id/images/:seq/result',
    {
      schema: {
        tags: ['results'],
        summary: 'The delivered picture, through this server wherever it is stored',
        params: imageParams,
        response: { ...problems(401, 404) },
      },
    },
    async (call, reply) => {
      const { output_key } = await findImage(requestOf(call), call.params.seq);
      const picture = output_key === null ? null : await storage.get(output_key);
      if (!picture || output_key === null) throw new AppError('not_found', 'The image has no result.');
      return sendPicture(reply, output_key, picture);
    },
  );
}
