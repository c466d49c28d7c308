// /requests: list, cancel, retry, forget.
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { App, HttpContext } from '../context.ts';
import { findRequest, ownersFor, requestOf } from '../guards/access.ts';
import { requestParams } from '../params.ts';
import { presentRequest, requestSchema, requestStatusSchema } from '../present.ts';
import { problems } from '../problem.ts';

const cursorPattern = /^(\d{1,16})~([0-9a-f-]{1,64})$/;

export function requestRoutes(app: App, context: HttpContext): void {
  for (const add of [listRoute, cancelRoute, retryRoute, forgetRoute]) add(app, context);
}

function listRoute(app: App, { records, links, apiKeys }: HttpContext): void {
  app.get(
    '/requests',
    {
      schema: {
        tags: ['requests'],
        summary: 'Requests, newest first',
        description: 'On a server with keys, those of the caller.',
        querystring: z.object({
          status: requestStatusSchema.optional(),
          search: z
            .string()
            .trim()
            .max(200)
            .optional()
            .describe('Part of the file name, or the beginning of the id'),
          cursor: z.string().regex(cursorPattern, 'must be the `next` of an earlier page').optional(),
          limit: z.coerce.number<string>().int().min(1).max(200).default(50),
        }),
        response: {
          200: z.object({ requests: z.array(requestSchema), next: z.string().nullable() }),
          ...problems(400, 401),
        },
      },
    },
    async (call) => {
      const { status, search, cursor, limit } = call.query;
      const [, createdAt, id] = cursorPattern.exec(cursor ?? '') ?? [];
      const before = id === undefined ? undefined : { created_at: Number(createdAt), id };
      const page = await records.requests.list({
        status,
        search,
        limit,
        before,
        owners: ownersFor(apiKeys, call),
      });
      const last = page.at(-1);
      return {
        requests: page.map((request) => presentRequest(request, links)),
        next: last && page.length === limit ? `${last.created_at}~${last.id}` : null,
      };
    },
  );
}

function cancelRoute(app: App, context: HttpContext): void {
  app.post(
    '/requests/:request_id/cancel',
    {
      schema: {
        tags: ['requests'],
        summary: 'Stop a request; what is done stays, and its files are written',
        params: requestParams,
        response: { 200: requestSchema, ...problems(401, 404, 409) },
      },
    },
    async (call) => {
      const { id, status } = requestOf(call);
      if (!(await context.records.requests.cancel(id)) && status !== 'cancelled') {
        throw new AppError('wrong_state', `The request is ${status} already.`);
      }
      context.abandon(id);
      context.wake();
      return presentRequest(await findRequest(context, call), context.links);
    },
  );
}

function retryRoute(app: App, context: HttpContext): void {
  app.post(
    '/requests/:request_id/retry',
    {
      schema: {
        tags: ['requests'],
        summary: 'Process the failed images of an ended request again',
        params: requestParams,
        response: { 202: requestSchema, ...problems(401, 404, 409) },
      },
    },
    async (call, reply) => {
      const images = await context.records.requests.retry(requestOf(call).id);
      if (images === null) throw new AppError('wrong_state', 'The request has not ended yet.');
      if (images === 0) throw new AppError('wrong_state', 'No image of the request failed.');
      context.wake();
      return reply.code(202).send(presentRequest(await findRequest(context, call), context.links));
    },
  );
}

function forgetRoute(app: App, context: HttpContext): void {
  app.delete(
    '/requests/:request_id',
    {
      schema: {
        tags: ['requests'],
        summary: 'Forget a request: its rows and its files, results included',
        params: requestParams,
        response: { 204: z.void(), ...problems(401, 404) },
      },
    },
    async (call, reply) => {
      if (!(await context.forget(requestOf(call).id)))
        throw new AppError('not_found', 'There is no request with this id.');
      return reply.code(204).send();
    },
  );
}
