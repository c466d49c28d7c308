// Who may call: with API_KEYS set, whoever has one; without, the programs and the page of this machine, but no other
// website that somebody has open on it.
import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { type ApiKey, digestOf } from '../../util/parse-settings.ts';
import type { App, HttpContext } from '../context.ts';

/**
 * Open to all: the page, its documents, and results (by links nobody can guess). A route of the API is open when its
 * schema says `security: []`, so that the OpenAPI document is right about it.
 */
const OPEN = /^\/(?:$|assets\/|files\/|docs(?:\/|$)|openapi\.json$|postman\.json$|favicon)/;

/** Looked at in a browser, which cannot send a bearer token when it goes somewhere. */
const ADMIN = /^\/admin(?:\/|$)/;

const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0]!;

export const isOpen = (call: FastifyRequest): boolean =>
  OPEN.test(pathOf(call)) || call.routeOptions.schema?.security?.length === 0;

const callers = new WeakMap<FastifyRequest, string>();

/** The name of the key a call came with, '' when none is needed. */
export function callerOf(call: FastifyRequest): string {
  return callers.get(call) ?? '';
}

export function requireKeys(app: App, apiKeys: ApiKey[]): void {
  if (apiKeys.length === 0) return;
  app.addHook('onRequest', async (call, reply) => {
    if (isOpen(call)) return;
    const admin = ADMIN.test(pathOf(call));
    const { name, secret } = credentialsOf(call.headers.authorization ?? '', admin);
    const digest = digestOf(secret);
    // Every key is compared, in constant time: how long it takes tells nothing.
    const key = apiKeys
      .filter((known) => timingSafeEqual(known.digest, digest))
      .find((known) => name === undefined || known.name === name);
    if (!key) {
      reply.header('www-authenticate', admin ? 'Basic realm="halve"' : 'Bearer');
      throw new AppError('unauthorized', 'Send an API key as Authorization: Bearer.');
    }
    callers.set(call, key.name);
  });
}

/** `Bearer SECRET`; below /admin also `Basic`, with the key's name as user and its secret as password. */
function credentialsOf(authorization: string, admin: boolean): { name?: string; secret: string } {
  const [, scheme = '', value = ''] = /^(\S+) +(\S.*)$/.exec(authorization.trim()) ?? [];
  if (/^bearer$/i.test(scheme)) return { secret: value };
  if (!admin || !/^basic$/i.test(scheme)) return { secret: '' };
  const [name = '', secret = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s);
  return { name, secret };
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
