// GET /status/…: the request, its images, and its progress as server-sent events.
import { z } from 'zod';
import type { RequestRecord } from '../../records/schema.ts';
import { imageStatusSchema } from '../../result-columns.ts';
import { createAnswerCache } from '../../util/answer-cache.ts';
import type { App, HttpContext } from '../context.ts';
import { eventStreams } from '../event-stream.ts';
import { requestOf } from '../guards/access.ts';
import { MAX_SEQ, requestParams } from '../params.ts';
import { imageSchema, presentImage, presentRequest, requestSchema } from '../present.ts';
import { problems } from '../problem.ts';
import { requestAnswers } from '../request-answers.ts';

interface ImagesQuery {
  status?: z.infer<typeof imageStatusSchema> | undefined;
  code?: string | undefined;
  sort: 'file' | 'least_saved';
  cursor: number;
  limit: number;
}

const LEAST_SAVED = 1_000;

export function statusRoutes(app: App, context: HttpContext): void {
  for (const add of [stateRoute, imagesRoute, eventsRoute]) add(app, context);
}

function stateRoute(app: App, context: HttpContext): void {
  app.get(
    '/status/:request_id',
    {
      schema: {
        tags: ['requests'],
        summary: 'State, progress, savings and links of a request',
        params: requestParams,
        response: { 200: requestSchema, ...problems(401, 404) },
      },
    },
    async (call) => presentRequest(requestOf(call), context.links),
  );
}

function imagesRoute(app: App, context: HttpContext): void {
  const listImages = imageLister(context.records);
  app.get(
    '/status/:request_id/images',
    {
      schema: {
        tags: ['requests'],
        summary: 'What became of each image, in the order of the file or with the least saved first',
        params: requestParams,
        querystring: z.object({
          status: imageStatusSchema.optional(),
          code: z.string().max(40).optional().describe('Only the failed images with this error code'),
          sort: z
            .enum(['file', 'least_saved'])
            .default('file')
            .describe(
              `\`least_saved\`: the ${LEAST_SAVED} processed images that saved least, the least first`,
            ),
          cursor: z.coerce.number<string>().int().min(0).max(MAX_SEQ).default(0),
          limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
        }),
        response: {
          200: z.object({
            images: z.array(imageSchema),
            next: z.string().nullable().describe('The cursor of the next page'),
          }),
          ...problems(400, 401, 404),
        },
      },
    },
    async (call) => {
      const request = requestOf(call);
      const page = await listImages(request, call.query);
      return {
        images: page.images.map((image) => presentImage(image, request, context.storage)),
        next: page.next === null ? null : String(page.next),
      };
    },
  );
}

function imageLister({ results, statistics }: HttpContext['records']) {
  const leastSaved = createAnswerCache(
    ({ id, images_total: total }: RequestRecord) => statistics.leastSaved(id, { total, limit: LEAST_SAVED }),
    requestAnswers,
  );

  /** One page, and the cursor of the next. */
  return async function listImages(
    request: RequestRecord,
    { status, code, sort, cursor, limit }: ImagesQuery,
  ) {
    const { id } = request;
    if (sort === 'least_saved') {
      const all = await leastSaved(request);
      const seqs = all.slice(cursor, cursor + limit);
      const images = new Map(
        (await results.list(id, { cursor: 0, limit, seqs })).map((image) => [image.seq, image]),
      );
      const next = cursor + limit < all.length ? cursor + limit : null;
      return { images: seqs.flatMap((seq) => images.get(seq) ?? []), next };
    }
    const nextOf = (page: { seq: number }[]) => (page.length === limit ? page.at(-1)!.seq : null);
    if (status === 'failed' || code !== undefined) {
      const seqs = await statistics.failedSeqs(id, { cursor, limit, code });
      const images = await results.list(id, { cursor, limit, seqs });
      return { images, next: nextOf(images) };
    }
    const cancelled = request.status === 'cancelled';
    // In a cancelled request what is still pending has been cancelled, and nothing is pending.
    if (status === (cancelled ? 'pending' : 'cancelled')) return { images: [], next: null };
    const images = await results.list(id, {
      cursor,
      limit,
      status: status === 'cancelled' ? 'pending' : status,
    });
    return { images, next: nextOf(images) };
  };
}

function eventsRoute(app: App, context: HttpContext): void {
  const openStream = eventStreams(app, context);

  app.get(
    '/status/:request_id/events',
    {
      schema: {
        tags: ['requests'],
        summary: 'Server-sent events: `progress` with the status whenever it changes, then `done`',
        params: requestParams,
        produces: ['text/event-stream'],
        response: { ...problems(401, 404) },
      },
    },
    async (call, reply) => openStream(requestOf(call), call, reply),
  );
}
