// The delivery log with replay, and the built-in receiver to point a webhook_url at.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { receiveWebhook } from '../../webhook/receive.ts';
import type { App, HttpContext } from '../context.ts';
import { ownersFor, requestOf } from '../guards/access.ts';
import { requestParams } from '../params.ts';
import { deliverySchema, presentDelivery } from '../present.ts';
import { problems } from '../problem.ts';

const RECEIVED_BODY_BYTES = 1024 * 1024;
const RECEIVED_SHOWN = 100;

const receivedSchema = z.object({
  id: z.string(),
  type: z.string(),
  request_id: z.string().nullable(),
  verified: z.boolean().nullable().describe('null: it was not signed'),
  times: z.number().int().describe('How often this id came'),
  received_at: z.iso.datetime(),
  payload: z.unknown(),
});

export function webhookRoutes(app: App, context: HttpContext): void {
  for (const add of [deliveriesRoute, redeliverRoute, receivedRoute, receiverRoute]) add(app, context);
}

function deliveriesRoute(app: App, context: HttpContext): void {
  app.get(
    '/requests/:request_id/deliveries',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'The webhooks of a request with every attempt',
        params: requestParams,
        response: { 200: z.object({ deliveries: z.array(deliverySchema) }), ...problems(401, 404) },
      },
    },
    async (call) => ({
      deliveries: (await context.records.deliveries.listByRequest(requestOf(call).id)).map(presentDelivery),
    }),
  );
}

function redeliverRoute(app: App, context: HttpContext): void {
  app.post(
    '/deliveries/:delivery_id/redeliver',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'Send a webhook again, under the same id',
        params: z.object({ delivery_id: z.string().max(100) }),
        response: { 202: z.object({ id: z.string(), status: z.literal('pending') }), ...problems(401, 404) },
      },
    },
    async ({ params: { delivery_id } }, reply) => {
      if (!(await context.records.deliveries.redeliver(delivery_id)))
        throw new AppError('not_found', 'There is no such delivery.');
      context.wake();
      return reply.code(202).send({ id: delivery_id, status: 'pending' as const });
    },
  );
}

function receivedRoute(app: App, context: HttpContext): void {
  app.get(
    '/webhook',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'What the built-in receiver got, newest first',
        description: 'On a server with keys, what was signed and is about a request of the caller.',
        response: { 200: z.object({ received: z.array(receivedSchema) }), ...problems(401) },
      },
    },
    async (call) => ({
      received: (
        await context.records.deliveries.listReceived(RECEIVED_SHOWN, ownersFor(context.apiKeys, call))
      ).map(({ verified, received_at, ...shown }) => ({
        ...shown,
        verified: verified === null ? null : verified === 1,
        received_at: new Date(received_at).toISOString(),
      })),
    }),
  );
}

function receiverRoute(app: App, context: HttpContext): void {
  // The signature is over the bytes, so here JSON is not parsed on the way in.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: RECEIVED_BODY_BYTES },
      (_call, body, done) => done(null, body),
    );
    scope.post(
      '/webhook',
      {
        schema: {
          tags: ['webhooks'],
          summary: 'A receiver to point a webhook_url at',
          description: 'A server with keys takes signed calls only.',
          // Whoever sends signs: there is no place for a key.
          security: [],
          consumes: ['application/json'],
          response: {
            200: z.object({ status: z.literal('Webhook received') }),
            ...problems(400, 401, 413, 415),
          },
        },
      },
      (call) => receive(context, call),
    );
  });
}

/** @throws AppError when it is no webhook, or not one that this server takes. */
async function receive(
  { records, apiKeys, webhookSecret }: HttpContext,
  call: Pick<FastifyRequest, 'headers' | 'body'>,
) {
  const body = (call.body as Buffer | undefined) ?? Buffer.alloc(0);
  const webhook = receiveWebhook({ headers: call.headers, body, secret: webhookSecret });
  if (webhook.verified === false)
    throw new AppError('invalid_signature', webhook.problem ?? 'It does not match.');
  if (webhook.verified === null && apiKeys.length > 0)
    throw new AppError('invalid_signature', 'It is not signed.');
  if (webhook.problem !== undefined) throw new AppError('invalid_request', webhook.problem);
  await records.deliveries.receive({
    id: webhook.id ?? `unnamed_${createHash('sha256').update(body).digest('hex').slice(0, 32)}`,
    type: webhook.type ?? '',
    request_id: webhook.request_id,
    verified: webhook.verified === null ? null : 1,
    body: body.toString(),
  });
  return { status: 'Webhook received' as const };
}
