// What the receiving end makes of a callback: verified, refused or not signed, and never an exception.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webhookBody } from '../../src/webhook/payload.ts';
import { receiveWebhook } from '../../src/webhook/receive.ts';
import { newWebhookSecret, signedHeaders } from '../../src/webhook/sign.ts';

const secret = newWebhookSecret();
const images = { total: 3, processed: 2, failed: 1, pending: 0 };
const body = webhookBody({
  requestId: 'req_1',
  status: 'completed',
  endedAt: Date.now(),
  images,
  outputCsvUrl: null,
  reportCsvUrl: null,
  outputImages: [],
});
const headers = signedHeaders({ id: 'dlv_1', timestampSeconds: Math.floor(Date.now() / 1000), body, secret });
const said = { type: 'request.completed', request_id: 'req_1', status: 'completed', images };

describe('receiving', () => {
  it('verifies a signed callback', () => {
    expect(receiveWebhook({ headers, body: Buffer.from(body), secret })).toEqual({
      verified: true,
      id: 'dlv_1',
      ...said,
    });
  });

  it('does not believe a wrong signature, and says why', () => {
    expect(receiveWebhook({ headers, body, secret: newWebhookSecret() })).toEqual({
      verified: false,
      id: 'dlv_1',
      ...said,
      problem: 'No matching signature found',
    });
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'takes a callback without %s as signed wrongly, not as unsigned',
    (name) => {
      const rest = { ...headers, [name]: undefined };
      expect(receiveWebhook({ headers: rest, body, secret }).verified).toBe(false);
    },
  );

  it('says null for an unsigned callback, and for a signed one without a secret', () => {
    expect(receiveWebhook({ headers: {}, body, secret })).toEqual({ verified: null, id: null, ...said });
    expect(receiveWebhook({ headers, body, secret: undefined })).toEqual({
      verified: null,
      id: 'dlv_1',
      ...said,
    });
  });

  it('takes no field of the wrong type', () => {
    const odd = '{"type":1,"request_id":{},"status":[],"images":{"total":"3"}}';
    expect(receiveWebhook({ headers: {}, body: odd, secret })).toEqual({
      verified: null,
      id: null,
      type: null,
      request_id: null,
      status: null,
      images: null,
    });
  });

  it.each(['', 'hello', '[1]', 'null', '"text"', '{"a":'])(
    'names a body that is no JSON object: %j',
    (text) => {
      expect(receiveWebhook({ headers: {}, body: text, secret })).toMatchObject({
        verified: null,
        type: null,
        problem: 'the body is no JSON object',
      });
    },
  );

  it('never throws and never verifies, whatever is sent', () => {
    const name = fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'x');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string()), fc.uint8Array(), (given, bytes) => {
        const result = receiveWebhook({ headers: given, body: Buffer.from(bytes), secret });
        return result.verified !== true;
      }),
    );
  });
});
