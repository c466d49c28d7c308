// What is seen of every call: its id, its time, its line in the log, its span. The route is always the pattern: what
// callers write into a URL is neither counted nor logged.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Span } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { failSpan, startServerSpan, tracing } from '../util/telemetry/trace.ts';
import type { App, HttpContext } from './context.ts';

export const CALL_ID = 'x-request-id';
const SANE_ID = /^[\w.-]{1,64}$/;
/** Others are counted together: a client may send many. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Asked every few seconds by machines: in a trace they are noise. */
const UNTRACED = new Set(['/healthz', '/readyz', '/metrics']);

const spans = new WeakMap<FastifyRequest, Span>();

/** The caller's id where it is one that a log can take, or a new one. */
export function callId({ headers }: IncomingMessage): string {
  const given = headers[CALL_ID];
  return typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID();
}

/** The span of a call, while traces are made. */
export const spanOf = (call: FastifyRequest): Span | undefined => spans.get(call);

export function routeOf(call: FastifyRequest): string {
  return call.is404 ? 'none' : (call.routeOptions.url ?? 'none');
}

export function observeCalls(app: App, { metrics, log }: Pick<HttpContext, 'metrics' | 'log'>): void {
  app.addHook('onRequest', (call, reply, done) => {
    void reply.header(CALL_ID, call.id);
    if (tracing()) traceCall(call, reply);
    done();
  });
  // When the headers are sent: how long a body takes is the reader's doing.
  app.addHook('onSend', (call, reply, _payload, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const method = METHODS.has(call.method) ? call.method : 'other';
    const route = routeOf(call);
    metrics.httpSeconds.observe({ method, route, status }, elapsedTime / 1000);
    log.debug(
      { http_id: call.id, method, route, status, ms: Math.round(elapsedTime) },
      'a call was answered',
    );
    done();
  });
}

function traceCall(call: FastifyRequest, reply: FastifyReply): void {
  const { method } = call;
  const route = routeOf(call);
  if (UNTRACED.has(route)) return;
  const attributes = { 'http.request.method': method, 'http.route': route, http_id: call.id };
  const span = startServerSpan(`${method} ${route}`, call.headers, attributes);
  const { request_id } = (call.params ?? {}) as { request_id?: string };
  if (request_id !== undefined) span.setAttribute('request_id', request_id);
  spans.set(call, span);
  reply.raw.once('close', () => {
    const { statusCode, writableFinished } = reply.raw;
    span.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) failSpan(span, String(statusCode));
    else if (!writableFinished) span.setAttribute('error.type', 'cut_off');
    span.end();
  });
}
