// Calls in a minute: of a key, or of an address where there are no keys; over all servers of a fleet, as far as Redis
// answers. Wrong keys are counted by address, and past the limit no key of that address is looked at for a while.
import rateLimitPlugin, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { App, HttpContext } from '../context.ts';
import { callerOf, isOpen } from './auth.ts';

const WINDOW_MS = 60_000;
/** Open as it is, it writes to the database. */
const RECEIVER = /^\/webhook\/?(?:\?|$)/;

/** Who is counted: the name of the key, else the address, of IPv6 the network that one customer has. */
export function identityOf(call: FastifyRequest): string {
  const caller = callerOf(call);
  if (caller !== '') return `key:${caller}`;
  // Who has left since has none, whatever its type says: all those are counted together.
  return `address:${normalizeIP(call.ip || 'gone')}`;
}

/** Says once that a proxy is in front whose word is not taken, so that all who come through it count as one. */
export function warnOfProxy(
  app: App,
  { limits: { trustProxy }, log }: Pick<HttpContext, 'limits' | 'log'>,
): void {
  if (trustProxy !== 0) return;
  let said = false;
  app.addHook('onRequest', (call, _reply, done) => {
    if (!said && call.headers['x-forwarded-for'] !== undefined) {
      said = true;
      log.warn({}, 'calls come through a proxy, and all of them count as one address: set TRUST_PROXY');
    }
    done();
  });
}

/** Two hooks, to be added in front of the key check and behind it. */
export async function rateLimit(app: App, { limits: { ratePerMinute, redis }, apiKeys }: HttpContext) {
  if (ratePerMinute === 0) return { countGuesses() {}, countCalls() {} };
  await app.register(rateLimitPlugin, {
    global: false,
    max: ratePerMinute,
    timeWindow: WINDOW_MS,
    keyGenerator: identityOf,
    skipOnError: true,
    ...(redis && { redis: redis.connection, nameSpace: `${redis.prefix}:rate:` }),
  });
  app.addHook('onClose', async () => redis?.connection.disconnect());
  const count = app.createRateLimit();
  type Count = Awaited<ReturnType<typeof count>>;

  /** The headers of the IETF draft; none when Redis did not answer. */
  function tell(reply: FastifyReply, counted: Count): void {
    if (counted.isAllowed || counted.ttl <= 0) return;
    reply.headers({
      'ratelimit-limit': counted.max,
      'ratelimit-remaining': counted.remaining,
      'ratelimit-reset': counted.ttlInSeconds,
    });
  }

  function refuse(counted: Extract<Count, { isAllowed: false }>): never {
    throw new AppError('rate_limited', `${counted.max} calls a minute are allowed (RATE_LIMIT_PER_MINUTE).`, {
      retryAfterSeconds: Math.max(1, counted.ttlInSeconds),
    });
  }

  return {
    countGuesses(): void {
      if (apiKeys.length === 0) return;
      app.addHook('onRequest', async (call, reply) => {
        if (isOpen(call)) return;
        const guessed = await count(call, { increment: false });
        if (guessed.isAllowed || guessed.remaining > 0) return;
        tell(reply, guessed);
        refuse(guessed);
      });
      app.addHook('onError', async (call, reply, error) => {
        if (error instanceof AppError && error.code === 'unauthorized') tell(reply, await count(call));
      });
    },
    countCalls(): void {
      app.addHook('onRequest', async (call, reply) => {
        if (isOpen(call) && !(call.method === 'POST' && RECEIVER.test(call.url))) return;
        const counted = await count(call);
        tell(reply, counted);
        if (!counted.isAllowed && counted.isExceeded) refuse(counted);
      });
    },
  };
}
