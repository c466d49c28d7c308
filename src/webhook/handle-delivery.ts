// One due delivery: sent once, logged, and given its next time or its end.
import { SpanKind } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import type { JobData, Log } from '../ports.ts';
import type { Records } from '../records/open-records.ts';
import type { Metrics } from '../util/telemetry/metrics.ts';
import { failSpan, hostAttribute, inSpan, tracing } from '../util/telemetry/trace.ts';
import { nextAttemptInMs, sendWebhook } from './deliver.ts';

export function createDeliveryHandler({
  deliveries,
  dispatcher,
  secret,
  time,
  log,
  metrics,
}: {
  deliveries: Records['deliveries'];
  /** Refuses private addresses. */
  dispatcher: Dispatcher;
  secret: string;
  /** Receivers refuse a signature of another time than theirs: not the clock of this machine, which may be wrong. */
  time: Records['time'];
  log: Log;
  metrics: Metrics;
}) {
  return async function deliver({ delivery_id }: JobData['deliver']): Promise<void> {
    const delivery = await deliveries.get(delivery_id);
    if (delivery?.status !== 'pending') return;
    const at = await time();
    const attempt = delivery.attempts + 1;
    const { url, id, body, request_id } = delivery;
    const attributes = { request_id, attempt, ...(tracing() && hostAttribute(url)) };
    const sent = await inSpan('webhook delivery', { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const sent = await sendWebhook({ dispatcher, url, id, body, secret, now: at });
      span?.setAttribute('outcome', sent.outcome);
      if (sent.http_status !== null) span?.setAttribute('http.response.status_code', sent.http_status);
      if (sent.outcome !== 'delivered' && span) failSpan(span, sent.outcome);
      return sent;
    });
    metrics.webhooks.inc({ outcome: sent.outcome });
    const { http_status, error, duration_ms, response_excerpt } = sent;
    metrics.webhookSeconds.observe(duration_ms / 1000);
    await deliveries.recordAttempt(
      { delivery_id, attempt, at, duration_ms, http_status, error, response_excerpt },
      sent.outcome === 'delivered'
        ? { delivered: true }
        : {
            delivered: false,
            next_attempt_in_ms:
              sent.outcome === 'retry'
                ? nextAttemptInMs({
                    attempt,
                    retryAfterMs: sent.retry_after_ms,
                    random: Math.random,
                  })
                : null,
          },
    );
    const level = sent.outcome === 'delivered' ? 'info' : 'warn';
    log[level](
      { request_id, delivery: delivery_id, attempt, outcome: sent.outcome, http_status, error },
      'a webhook was sent',
    );
  };
}
