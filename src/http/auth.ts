// Who may call: with API_KEYS set, whoever has one; without, the programs and the page of this machine, but no other
// website that somebody has open on it.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { ApiKey } from '../util/parse-settings.ts';
import type { App, HttpContext } from './context.ts';

/** Open to all: the page, its documents, health, results (by links nobody can guess) and the signed receiver. */
const OPEN = /^\/(?:$|assets\/|files\/|docs(?:\/|$)|openapi\.json$|postman\.json$|healthz$|readyz$|favicon)/;
/** Signed by its sender, who has no key; what it received is for those who have one. */
const RECEIVER = /^\/webhook\/?$/;

const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

const callers = new WeakMap<FastifyRequest, string>();

/** The name of the key a request came with, '' when none is needed. */
export function callerOf(request: FastifyRequest): string {
  return callers.get(request) ?? '';
}

export function requireKeys(app: App, apiKeys: ApiKey[]): void {
  if (apiKeys.length === 0) return;
  const digests = apiKeys.map(({ name, secret }) => ({ name, digest: digestOf(secret) }));
  app.addHook('onRequest', async (request) => {
    const path = request.url.split('?', 1)[0]!;
    if (OPEN.test(path) || (request.method === 'POST' && RECEIVER.test(path))) return;
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const digest = digestOf(token);
    // Every key is compared, in constant time: how long it takes tells nothing.
    const matches = digests.filter((key) => timingSafeEqual(key.digest, digest));
    if (matches.length === 0) throw new AppError('unauthorized', 'Send an API key as Authorization: Bearer.');
    callers.set(request, matches[0]!.name);
  });
}

/**
 * A server without keys listens on loopback, where a browser takes any website's calls: under a name of the website's
 * own that leads here (DNS rebinding), or across sites. So the name must be ours, and the origin of a change the same.
 */
export function requireLocalCaller(
  app: App,
  { apiKeys, links }: Pick<HttpContext, 'apiKeys' | 'links'>,
): void {
  if (apiKeys.length > 0) return;
  app.addHook('onRequest', async ({ method, headers }) => {
    const host = headers.host ?? '';
    if (!LOCAL_HOST.test(host) && host !== new URL(links.base()).host) {
      throw new AppError(
        'forbidden_origin',
        'Call this server as localhost, or set PUBLIC_URL to the name it has.',
      );
    }
    const { origin } = headers;
    if (method === 'GET' || method === 'HEAD' || origin === undefined) return;
    if (!URL.canParse(origin) || new URL(origin).host !== host) {
      throw new AppError('forbidden_origin', 'Another website may not call this server.');
    }
  });
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
