// All requests: looked for by name, narrowed by state, read page by page.
import { useEffect, useRef, useState } from 'preact/hooks';
import { listRequests } from '../api/client.ts';
import type { RequestState, RequestStatus } from '../api/types.ts';
import { bytes, count, date, percent } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { StatusChip, WORDS } from '../parts/status-chip.tsx';
import { useTask } from '../parts/use-task.ts';
import { hrefOf, START } from '../route.ts';

const PAGE = 50;
const SETTLE_MS = 250;
const REFRESH_MS = 5_000;

interface Filter {
  search: string;
  status: RequestStatus | '';
}

interface Listed {
  requests: RequestState[];
  next: string | null;
}

export function RequestsView() {
  const [filter, setFilter] = useState<Filter>({ search: '', status: '' });
  const { listed, error, more, busy } = useRequests(filter);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    document.title = 'Requests · halve';
  }, []);
  const narrowed = filter.search !== '' || filter.status !== '';
  return (
    <div class="work">
      <h1 ref={heading} tabIndex={-1}>
        Requests
      </h1>
      <search class="filters">
        <label>
          File name or id
          <input
            type="search"
            value={filter.search}
            maxLength={200}
            onInput={(event) => setFilter({ ...filter, search: event.currentTarget.value })}
          />
        </label>
        <label>
          State
          <select
            value={filter.status}
            onChange={(event) =>
              setFilter({ ...filter, status: event.currentTarget.value as RequestStatus | '' })
            }
          >
            <option value="">All</option>
            {Object.entries(WORDS).map(([status, word]) => (
              <option key={status} value={status}>
                {word}
              </option>
            ))}
          </select>
        </label>
      </search>
      <ErrorNote error={error} />
      <div class="panel requests" aria-live="polite" aria-busy={listed === null}>
        {listed?.requests.length === 0 && (
          <p class="soft">
            {narrowed ? (
              'No request is like that. Search for less, or for another state.'
            ) : (
              <>
                None yet. <a href={START}>Upload a CSV</a>, and it will be listed here.
              </>
            )}
          </p>
        )}
        {listed !== null && listed.requests.length > 0 && <Table requests={listed.requests} />}
        {listed?.next != null && (
          <button type="button" class="quiet" disabled={busy} onClick={more}>
            Show more
          </button>
        )}
      </div>
    </div>
  );
}

function Table({ requests }: { requests: RequestState[] }) {
  return (
    <table class="request-table">
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col">State</th>
          <th scope="col">Images</th>
          <th scope="col">Saved</th>
          <th scope="col">Uploaded</th>
        </tr>
      </thead>
      <tbody>
        {requests.map(({ request_id, file_name, status, images, bytes: size, created_at, progress }) => (
          <tr key={request_id}>
            <th scope="row">
              <a href={hrefOf(request_id)}>{file_name}</a>
            </th>
            <td>
              <StatusChip status={status} /> {status === 'processing' && `${progress} %`}
            </td>
            <td class="number">
              {count(images.processed)} of {count(images.total)}
              {images.failed > 0 && <span class="bad"> · {count(images.failed)} failed</span>}
            </td>
            <td class="number">
              {size.in > 0 ? `${percent(size.saved_percent)} · ${bytes(size.in - size.out)}` : '–'}
            </td>
            <td class="number">
              <time dateTime={created_at}>{date(created_at)}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What fits the filter, a moment after it was changed; read anew every so often while something in it moves. */
function useRequests({ search, status }: Filter) {
  const [listed, setListed] = useState<Listed | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const adding = useTask();
  const shown = useRef(0);
  shown.current = listed?.requests.length ?? 0;

  useEffect(() => {
    let current = true;
    const timer = setTimeout(
      () => {
        const limit = Math.min(200, Math.max(PAGE, round > 0 ? shown.current : 0));
        listRequests({ limit, search: search.trim(), status }).then(
          (page) => {
            if (!current) return;
            setError(null);
            // Beyond what one page can hold, the rows that were added stay as they are.
            setListed((before) =>
              round > 0 && before && before.requests.length > limit
                ? { ...before, requests: [...page.requests, ...before.requests.slice(limit)] }
                : page,
            );
          },
          (reason: unknown) => current && setError(reason),
        );
      },
      round === 0 && search === '' ? 0 : SETTLE_MS,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [search, status, round]);

  const moving =
    listed?.requests.some((one) => one.status === 'pending' || one.status === 'processing') ?? false;
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => document.hidden || setRound((before) => before + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, [moving]);

  const more = () =>
    adding.run(async () => {
      if (!listed) return;
      const page = await listRequests({ limit: PAGE, search: search.trim(), status, cursor: listed.next });
      setListed({ requests: [...listed.requests, ...page.requests], next: page.next });
    });
  return { listed, error: error ?? adding.error, more, busy: adding.busy };
}
