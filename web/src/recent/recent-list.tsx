// The requests of late, newest first; a click opens one.
import { useEffect, useState } from 'preact/hooks';
import { listRequests } from '../api/client.ts';
import type { RequestState } from '../api/types.ts';
import { count, date, shortDate } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { StatusChip } from '../parts/status-chip.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { hrefOf, REQUESTS } from '../route.ts';

const SHOWN = 12;
const REFRESH_MS = 5_000;

interface Props {
  current: string | null;
  /** Counts up when something is known to have changed. */
  changes: number;
}

export function RecentList({ current, changes }: Props) {
  const [round, setRound] = useState(0);
  const { value, error } = useLoaded(() => listRequests({ limit: SHOWN }), `${round} ${changes}`);
  const requests = value?.requests ?? [];
  const moving = requests.some(({ status }) => status === 'pending' || status === 'processing');
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => {
      if (!document.hidden) setRound((before) => before + 1);
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [moving]);
  return (
    <aside class="recent" aria-labelledby="recent-title">
      <h2 id="recent-title">Recent requests</h2>
      {!value && <ErrorNote error={error} />}
      {value && requests.length === 0 && <p class="soft">None yet. The first upload will be listed here.</p>}
      <ul>
        {requests.map((request) => (
          <Entry key={request.request_id} request={request} current={request.request_id === current} />
        ))}
      </ul>
      {value?.next != null && (
        <p>
          <a href={REQUESTS}>All requests</a>
        </p>
      )}
    </aside>
  );
}

function Entry({ request, current }: { request: RequestState; current: boolean }) {
  const { request_id, status, file_name, images, created_at } = request;
  return (
    <li>
      <a class="entry" href={hrefOf(request_id)} aria-current={current ? 'page' : undefined}>
        <span class="entry-name">{file_name}</span>
        <StatusChip status={status} />
        <span class="soft">
          {count(images.processed)} of {count(images.total)}
          {images.failed > 0 && <span class="bad"> · {count(images.failed)} failed</span>}
        </span>
        <time class="soft" dateTime={created_at} title={date(created_at)}>
          {shortDate(created_at)}
        </time>
      </a>
    </li>
  );
}
