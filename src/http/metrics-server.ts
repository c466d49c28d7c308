// What a worker shows over HTTP: that it lives, and its metrics; with keys set, these to whoever has one.
import fastify from 'fastify';
import { AppError } from '../errors.ts';
import type { App, HttpContext } from './context.ts';
import { requireKeys, requireLocalCaller } from './guards/auth.ts';
import { createErrorHandler } from './problem.ts';

export function createMetricsServer(
  context: Pick<HttpContext, 'apiKeys' | 'links' | 'log' | 'metrics'>,
): App {
  const app = fastify({ forceCloseConnections: true }) as unknown as App;
  app.setErrorHandler(createErrorHandler(context));
  app.setNotFoundHandler(async () => {
    throw new AppError('not_found', 'A worker has /healthz and /metrics.');
  });
  requireKeys(app, context.apiKeys);
  requireLocalCaller(app, context);
  app.get('/healthz', { schema: { security: [] } }, async () => ({ status: 'ok' }));
  app.get('/metrics', async (_call, reply) => {
    const { registry } = context.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return app;
}
