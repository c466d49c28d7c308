// Health, metrics, and the page with its documents.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { z } from 'zod';
import { AppError, messageOf } from '../../errors.ts';
import type { App, HttpContext } from '../context.ts';
import { problems } from '../problem.ts';

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Made by the build from the OpenAPI document. */
const COLLECTION = new URL('../../postman.json', import.meta.url);

interface Collection {
  variable: { key: string; value: string }[];
}

export function operationRoutes(app: App, context: HttpContext): void {
  const ok = z.object({ status: z.literal('ok') });

  app.get(
    '/healthz',
    {
      schema: {
        tags: ['operation'],
        summary: 'The process is alive',
        security: [],
        response: { 200: ok },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['operation'],
        summary: 'The process can take work',
        security: [],
        response: { 200: ok, ...problems(503) },
      },
    },
    async () => {
      try {
        await context.checkReady();
      } catch (error) {
        throw new AppError('unavailable', messageOf(error), { retryAfterSeconds: 5, cause: error });
      }
      return { status: 'ok' as const };
    },
  );

  app.get(
    '/metrics',
    { schema: { tags: ['operation'], summary: 'Prometheus metrics', produces: ['text/plain'] } },
    async (_call, reply) => {
      const { registry } = context.metrics;
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );

  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());

  if (!existsSync(join(context.pageFolder, 'index.html'))) return; // not built

  app.get('/postman.json', { schema: { hide: true } }, async () => {
    const collection = JSON.parse(await readFile(COLLECTION, 'utf8')) as Collection;
    const variable = collection.variable.map(({ key, value }) => ({
      key,
      value: key === 'base_url' ? context.links.base() : value,
    }));
    return { ...collection, variable };
  });

  void app.register(fastifyStatic, {
    root: context.pageFolder,
    decorateReply: false,
    cacheControl: false,
    setHeaders(reply, path) {
      // Files below assets/ are named by their content.
      reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      reply.header('content-security-policy', PAGE_POLICY);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
    },
  });
}
