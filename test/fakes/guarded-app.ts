// A server with nothing but a guard and the routes of the test; asked without a socket.
import fastify, { type LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/http/context.ts';
import { createErrorHandler } from '../../src/http/problem.ts';
import { silentLog } from '../../src/util/log.ts';
import { createMetrics } from '../../src/util/telemetry/metrics.ts';

export function guardedApp(): App {
  const app = fastify({ trustProxy: true }) as unknown as App;
  app.setErrorHandler(createErrorHandler({ log: silentLog, metrics: createMetrics({ shown: false }) }));
  onTestFinished(() => app.close());
  return app;
}

/** `200`, or the status and the code of the problem. */
export function answerOf(response: LightMyRequestResponse): number | [number, string] {
  return response.statusCode === 200 ? 200 : [response.statusCode, response.json<{ code: string }>().code];
}
