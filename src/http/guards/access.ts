// Whose request it is: each key has its own, and nothing tells it of the others. Every route whose path names a request
// or a delivery is guarded here before its handler, so that none can forget it.
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { RequestRecord } from '../../records/schema.ts';
import type { App, HttpContext } from '../context.ts';
import { callerOf } from './auth.ts';

type Context = Pick<HttpContext, 'apiKeys' | 'records'>;

const named = new WeakMap<FastifyRequest, RequestRecord>();

export function guardRequests(app: App, context: Context): void {
  app.addHook('preHandler', async (call) => {
    const { request_id, delivery_id } = paramsOf(call);
    if ((request_id ?? delivery_id) !== undefined) named.set(call, await findRequest(context, call));
  });
}

/** The request that the call's path names, as it was when the call came. */
export function requestOf(call: FastifyRequest): RequestRecord {
  const request = named.get(call);
  if (!request) throw new Error('the path of this route names no request');
  return request;
}

/**
 * The same as it is now.
 * @throws AppError not_found, in the same words and after the same one query whether it is another's or nobody's
 */
export async function findRequest(
  { apiKeys, records }: Context,
  call: FastifyRequest,
): Promise<RequestRecord> {
  const { request_id, delivery_id = '' } = paramsOf(call);
  const request = await (request_id === undefined
    ? records.requests.getByDelivery(delivery_id)
    : records.requests.get(request_id));
  const owners = ownersFor(apiKeys, call);
  if (!request || (owners && !owners.includes(request.owner))) {
    const what = request_id === undefined ? 'delivery' : 'request with this id';
    throw new AppError('not_found', `There is no ${what}.`);
  }
  return request;
}

/**
 * Whose requests a caller sees; undefined for everybody's, on a server without keys. What belongs to nobody is from
 * before the server had keys, or knew whose it was, and was open to all who could call: it still is to every key, so
 * that an upgrade hides no work from those who did it.
 */
export function ownersFor(apiKeys: HttpContext['apiKeys'], call: FastifyRequest): string[] | undefined {
  return apiKeys.length === 0 ? undefined : [callerOf(call), ''];
}

function paramsOf({ params }: FastifyRequest) {
  return params as { request_id?: string; delivery_id?: string };
}
