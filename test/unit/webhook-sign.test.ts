// Signatures: against the published vector, against node:crypto, against the official library, and everything that must not pass.
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newWebhookSecret, signedHeaders, verifySignature } from '../../src/webhook/sign.ts';

const NOW = 1_800_000_000;
const secret = newWebhookSecret();
const body = '{"type":"request.completed","product":"Crème brûlée 🍮"}';
const signed = () => signedHeaders({ id: 'dlv_1', timestampSeconds: NOW, body, secret });

/** The protocol once more, with nothing of the code or the library under test. */
function byHand(id: string, seconds: number, text: string | Buffer, key = secret): string {
  const hmac = createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'));
  return `v1,${hmac.update(`${id}.${seconds}.`).update(text).digest('base64')}`;
}

beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('a secret', () => {
  it('is whsec_ and 32 random bytes, another each time', () => {
    const secrets = Array.from({ length: 100 }, newWebhookSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const one of secrets) {
      expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(Buffer.from(one.slice(6), 'base64')).toHaveLength(32);
    }
  });
});

describe('signing', () => {
  it('gives the published vector of Standard Webhooks', () => {
    const headers = signedHeaders({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1614265330,
      body: '{"test": 2432232314}',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each(['', '{}', body, 'x'.repeat(200_000)])('equals node:crypto over the UTF-8 bytes (%#)', (text) => {
    const headers = signedHeaders({ id: 'dlv_é', timestampSeconds: NOW, body: text, secret });
    expect(headers['webhook-signature']).toBe(byHand('dlv_é', NOW, text));
  });

  it('is accepted by the official library', () => {
    expect(new Webhook(secret).verify(body, signed())).toEqual(JSON.parse(body));
  });
});

describe('verifying', () => {
  it('accepts what was signed, as text and as bytes', () => {
    expect(verifySignature(signed(), body, secret)).toEqual({ valid: true });
    expect(verifySignature(signed(), Buffer.from(body), secret)).toEqual({ valid: true });
  });

  it('accepts one right signature among others, as while a secret is changed', () => {
    const other = byHand('dlv_1', NOW, body, newWebhookSecret());
    const both = `${other} v1a,ed25519 ${signed()['webhook-signature']}`;
    expect(verifySignature({ ...signed(), 'webhook-signature': both }, body, secret)).toEqual({
      valid: true,
    });
    const none = `${other} v2,${signed()['webhook-signature'].slice(3)}`;
    expect(verifySignature({ ...signed(), 'webhook-signature': none }, body, secret).valid).toBe(false);
  });

  it('accepts 5 minutes of clock difference either way, and not a second more', () => {
    const at = (seconds: number) => signedHeaders({ id: 'dlv_1', timestampSeconds: seconds, body, secret });
    expect(
      [-301, -300, 0, 300, 301].map((off) => verifySignature(at(NOW + off), body, secret).valid),
    ).toEqual([false, true, true, true, false]);
  });

  it.each<[string, Record<string, string | string[] | undefined>, string | Buffer]>([
    ['another body', {}, `${body} `],
    ['another id', { 'webhook-id': 'dlv_2' }, body],
    ['another second', { 'webhook-timestamp': String(NOW + 1) }, body],
    ['text after the second', { 'webhook-timestamp': `${NOW}x` }, body],
    ['a second that is no number', { 'webhook-timestamp': 'now' }, body],
    ['another secret', { 'webhook-signature': byHand('dlv_1', NOW, body, newWebhookSecret()) }, body],
    ['no id', { 'webhook-id': undefined }, body],
    ['no timestamp', { 'webhook-timestamp': undefined }, body],
    ['no signature', { 'webhook-signature': undefined }, body],
    ['a header that is a list', { 'webhook-signature': [signed()['webhook-signature']] }, body],
    ['an empty signature', { 'webhook-signature': 'v1,' }, body],
    ['a signature without a comma', { 'webhook-signature': 'v1' }, body],
    ['a signature cut off', { 'webhook-signature': signed()['webhook-signature'].slice(0, -4) }, body],
  ])('refuses %s, with a reason', (_name, headers, received) => {
    const check = verifySignature({ ...signed(), ...headers }, received, secret);
    expect(check).toEqual({ valid: false, invalid: expect.stringMatching(/./) });
  });

  it('refuses bytes that are no UTF-8 although they print as the signed text', () => {
    const text = '{"name":"\uFFFD"}';
    const headers = signedHeaders({ id: 'dlv_1', timestampSeconds: NOW, body: text, secret });
    const bytes = Buffer.from('{"name":"\xff"}', 'latin1');
    expect(bytes.toString()).toBe(text);
    expect(verifySignature(headers, text, secret).valid).toBe(true);
    expect(verifySignature(headers, bytes, secret).valid).toBe(false);
  });
});
