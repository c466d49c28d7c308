// How much of a kind may be under way at once: for one caller, and for all callers of this server together.
import type { FastifyRequest } from 'fastify';
import { AppError, type ProblemCode } from '../../errors.ts';
import { identityOf } from './rate-limit.ts';

/** What all callers together may have under way, as a multiple of what one may. */
const FOR_ALL = 4;
const RETRY_AFTER_SECONDS = 5;

export function createSlots({
  perCaller,
  refusal: [code, advice],
}: {
  perCaller: number;
  refusal: [code: ProblemCode, advice: string];
}) {
  const held = new Map<string, number>();
  let all = 0;

  function take(call: FastifyRequest): () => void {
    const caller = identityOf(call);
    const own = held.get(caller) ?? 0;
    if (own >= perCaller || all >= perCaller * FOR_ALL)
      throw new AppError(code, advice, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    held.set(caller, own + 1);
    all++;
    let free = () => {
      free = () => {};
      const left = held.get(caller)! - 1;
      if (left === 0) held.delete(caller);
      else held.set(caller, left);
      all--;
    };
    return () => free();
  }

  return {
    /**
     * Takes a slot and returns what frees it, however often it is called.
     * @throws AppError of the refusal's code.
     */
    take,

    /** Takes a slot for as long as `work` takes. */
    async hold<T>(call: FastifyRequest, work: () => Promise<T>): Promise<T> {
      const free = take(call);
      try {
        return await work();
      } finally {
        free();
      }
    },
  };
}
