// Owns signatures of webhooks: making a secret, signing a delivery, checking a callback.
// Protocol: Standard Webhooks 1.0.0, symmetric signatures (`v1`), by its official library.
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Request headers as node:http or Fastify give them: names in lower case. */
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface SignedHeaders extends Record<string, string> {
  /** The same over all attempts at one delivery, so that a receiver can tell a repeat. */
  'webhook-id': string;
  /** Seconds since the epoch of this attempt. */
  'webhook-timestamp': string;
  /** `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. */
  'webhook-signature': string;
}

/** `invalid` says why, in words that may be shown to the sender. */
export type SignatureCheck = { valid: true } | { valid: false; invalid: string };

/** A new secret of 32 random bytes: `whsec_` and their base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/**
 * The three headers of one attempt at a delivery.
 * @throws Error when `secret` is not `whsec_` and base64.
 */
export function signedHeaders(message: {
  id: string;
  timestampSeconds: number;
  body: string;
  secret: string;
}): SignedHeaders {
  const { id, timestampSeconds, body, secret } = message;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': new Webhook(secret).sign(id, new Date(timestampSeconds * 1000), body),
  };
}

/** Whether a callback names a signature at all. One header of the three is enough: cutting off the others is no way around. */
export function isSigned(headers: IncomingHeaders): boolean {
  return ['webhook-id', 'webhook-timestamp', 'webhook-signature'].some((name) => headers[name] !== undefined);
}

/**
 * Checks the signature of a callback and that it was sent within 5 minutes of this machine's clock.
 * Any one `v1` signature of a space-separated list is enough (the sender may be changing its secret).
 * @throws Error when `secret` is not `whsec_` and base64; never for what the sender wrote.
 */
export function verifySignature(
  headers: IncomingHeaders,
  body: Buffer | string,
  secret: string,
): SignatureCheck {
  const webhook = new Webhook(secret);
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') given[name] = value;
  // The library reads the leading digits of a timestamp; only the whole of it is what was signed.
  const timestamp = given['webhook-timestamp'];
  if (timestamp && !/^\d{1,12}$/.test(timestamp))
    return { valid: false, invalid: 'Invalid Signature Headers' };
  try {
    // It also turns bytes that are no UTF-8 into U+FFFD before it signs, so distinct bodies would share a signature.
    const text = typeof body === 'string' ? body : new TextDecoder('utf-8', strictText).decode(body);
    webhook.verify(text, given, { jsonParse: false });
    return { valid: true };
  } catch (error) {
    return { valid: false, invalid: error instanceof Error ? error.message : 'No matching signature found' };
  }
}

const strictText = { fatal: true, ignoreBOM: true };
