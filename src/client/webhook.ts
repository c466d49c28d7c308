// Webhooks at their receiver: verified, then typed.
import { type IncomingHeaders, verifySignature } from '../webhook/sign.ts';
import type { WebhookEvent } from './types.ts';

/** The webhook is not from who holds the secret, or not from now: answer 401. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

/**
 * The event in a webhook. `rawBody` must be the body as it arrived: JSON that was parsed and printed again has another
 * signature. A webhook can come twice: keep the `webhook-id` of what is done.
 * @throws WebhookVerificationError; Error when `secret` is not `whsec_` and base64.
 */
export function verifyWebhook(
  headers: IncomingHeaders | Headers,
  rawBody: Buffer | string,
  secret: string,
): WebhookEvent {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const lowered = Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
  const check = verifySignature(lowered, rawBody, secret);
  if (!check.valid) throw new WebhookVerificationError(check.invalid);
  return JSON.parse(rawBody.toString()) as WebhookEvent;
}
