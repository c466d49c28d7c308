// Whether the webhook of a request was delivered, every attempt, and sending it again.
import { useEffect, useState } from 'preact/hooks';
import { listDeliveries, redeliver } from '../api/client.ts';
import type { Delivery, RequestState } from '../api/types.ts';
import { counted, date } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { useTask } from '../parts/use-task.ts';

const REFRESH_MS = 3_000;

export function WebhookPanel({ request }: { request: RequestState }) {
  const { request_id: id, completed_at } = request;
  const [round, setRound] = useState(0);
  const { value, error } = useLoaded(() => listDeliveries(id), `${id} ${completed_at} ${round}`);
  const sending = useTask();
  const again = () => setRound((before) => before + 1);
  const moving = value?.deliveries.some(({ status }) => status === 'pending') ?? false;
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(again, REFRESH_MS);
    return () => clearInterval(timer);
  }, [moving]);
  return (
    <section class="panel" aria-labelledby="webhook-title">
      <h2 id="webhook-title">Webhook</h2>
      <p class="url soft">{request.webhook?.url}</p>
      <ErrorNote error={error ?? sending.error} />
      {value?.deliveries.length === 0 && <p class="soft">Not sent yet.</p>}
      {value?.deliveries.map((delivery) => (
        <div class="delivery" key={delivery.id}>
          <p role="status">{stateOf(delivery)}</p>
          {delivery.status !== 'pending' && (
            <button
              type="button"
              disabled={sending.busy}
              onClick={() =>
                sending.run(async () => {
                  await redeliver(delivery.id);
                  again();
                })
              }
            >
              Send again
            </button>
          )}
          <Attempts delivery={delivery} />
        </div>
      ))}
    </section>
  );
}

function Attempts({ delivery: { attempts } }: { delivery: Delivery }) {
  if (attempts.length === 0) return null;
  return (
    <details>
      <summary>{counted(attempts.length, 'attempt')}</summary>
      <ol class="attempts">
        {attempts.map(({ attempt, at, duration_ms, http_status, error }) => (
          <li key={attempt}>
            {date(at)}: {http_status === null ? 'no answer' : `answered ${http_status}`} after {duration_ms}{' '}
            ms
            {error !== null && <span class="soft"> ({error})</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}

function stateOf({ type, status, delivered_at, next_attempt_at }: Delivery): string {
  if (status === 'delivered') return `${type} was delivered${delivered_at ? `, ${date(delivered_at)}` : ''}.`;
  if (status === 'failed') return `${type} could not be delivered, and is tried no more.`;
  return `${type} is on its way${next_attempt_at ? `; next attempt ${date(next_attempt_at)}` : ''}.`;
}
