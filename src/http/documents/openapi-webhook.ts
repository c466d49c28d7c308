// The webhook in the OpenAPI document: what the server sends, which no route of its own describes.

import { WEBHOOK_EXAMPLE } from './openapi-examples.ts';
import type { OpenApi } from './openapi-types.ts';
import type { Schema } from './schema-example.ts';

const ENDED = ['completed', 'failed', 'cancelled'];
const TEXT: Schema = { type: 'string' };
const COUNT: Schema = { type: 'integer', minimum: 0 };
const LINK: Schema = { type: ['string', 'null'], format: 'uri' };

const EVENT = strictObject({
  type: { type: 'string', enum: ENDED.map((status) => `request.${status}`) },
  timestamp: { type: 'string', format: 'date-time' },
  request_id: { type: 'string', format: 'uuid' },
  status: { type: 'string', enum: ENDED },
  images: strictObject({ total: COUNT, processed: COUNT, failed: COUNT, pending: COUNT }),
  output_csv_url: LINK,
  report_csv_url: LINK,
  output_images: { type: 'array', items: TEXT },
  output_images_truncated: { type: 'boolean' },
});

/** Describes the call to a `webhook_url`, and the same body as what POST /webhook takes. */
export function addWebhook(document: OpenApi): void {
  document.components.schemas.WebhookEvent = EVENT;
  const requestBody = {
    required: true,
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/WebhookEvent' },
        example: WEBHOOK_EXAMPLE as unknown,
      },
    },
  };
  const receive = document.paths['/webhook']?.post;
  if (receive) receive.requestBody = requestBody;
  const headers = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  document.webhooks = {
    requestEnded: {
      post: {
        summary: 'Sent to the webhook_url of a request when it has ended',
        description:
          'Signed by Standard Webhooks; repeated under the same webhook-id until it is answered with a 2xx.',
        tags: ['webhooks'],
        parameters: headers.map((name) => ({ name, in: 'header', required: true, schema: TEXT })),
        requestBody,
        responses: {
          '2XX': { description: 'Received' },
          410: { description: 'Nothing more is wanted for this delivery' },
        },
      },
    },
  };
}

function strictObject(properties: Record<string, Schema>): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
