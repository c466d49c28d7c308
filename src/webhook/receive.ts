// Owns the receiving end: reads one callback and says whether it may be believed. Used by POST /webhook and `halve listen`.
import type { ImageCounts } from './payload.ts';
import { type IncomingHeaders, isSigned, type SignatureCheck, verifySignature } from './sign.ts';

const MAX_DEPTH = 100;

export interface ReceivedWebhook {
  /** false: signed, but not by this secret or not now; answer 401. null: not signed, or no secret to check it with. */
  verified: boolean | null;
  /** The `webhook-id`: the same for every attempt at one delivery. */
  id: string | null;
  type: string | null;
  request_id: string | null;
  status: string | null;
  images: ImageCounts | null;
  /** What is wrong with the signature or the body; absent when nothing is. */
  problem?: string;
}

/**
 * Reads a callback as it came, whoever sent it. Never throws for what the sender wrote: all fields but `verified` are
 * taken from the body only if they have the right type, and are worth no more than `verified` says.
 * `body` must be the bytes as received; JSON that was parsed and printed again has another signature.
 * @throws Error when `secret` is not `whsec_` and base64.
 */
export function receiveWebhook(callback: {
  headers: IncomingHeaders;
  body: Buffer | string;
  secret: string | undefined;
}): ReceivedWebhook {
  const { headers, body, secret } = callback;
  const check = secret !== undefined && isSigned(headers) ? verifySignature(headers, body, secret) : null;
  const payload = jsonObject(body.toString());
  return {
    verified: check?.valid ?? null,
    id: text(headers['webhook-id']),
    type: text(payload?.type),
    request_id: text(payload?.request_id),
    status: text(payload?.status),
    images: imageCounts(payload?.images),
    ...problemOf(check, payload !== null),
  };
}

function problemOf(check: SignatureCheck | null, isJson: boolean): { problem?: string } {
  if (check && !check.valid) return { problem: check.invalid };
  return isJson ? {} : { problem: 'the body is no JSON object' };
}

function jsonObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return isDeep(value) ? null : asObject(value);
  } catch {
    return null;
  }
}

/** Nested so deeply that it can be read, but not written again: that recurses. */
function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

function imageCounts(value: unknown): ImageCounts | null {
  const counts = asObject(value);
  if (!counts) return null;
  const { total, processed, failed, pending } = counts;
  return isCount(total) && isCount(processed) && isCount(failed) && isCount(pending)
    ? { total, processed, failed, pending }
    : null;
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
