// Following one request until it is closed: server-sent events, or polling where these do not come through.
import { ApiError, addressOf, getRequest } from './client.ts';
import { currentKey } from './session.ts';
import { isClosed, type RequestState } from './types.ts';

export interface Watcher {
  state(request: RequestState): void;
  /** The server is not heard at the moment (true), or again (false). It goes on trying. */
  trouble(silent: boolean): void;
  /** It goes on no further, because of this. */
  failed(error: ApiError): void;
}

const POLL_MS = 1_000;
const MAX_POLL_MS = 10_000;
/** The server sends the state at once; a proxy that holds it back longer would hold back everything. */
const FIRST_EVENT_MS = 5_000;

/** Returns what ends it. */
export function watchRequest(id: string, watcher: Watcher): () => void {
  const over = new AbortController();
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function heard(request: RequestState): void {
    if (over.signal.aborted) return;
    watcher.trouble(false);
    watcher.state(request);
  }

  async function poll(wait = POLL_MS): Promise<void> {
    let next = POLL_MS;
    try {
      const request = await getRequest(id, over.signal);
      heard(request);
      if (isClosed(request)) return;
    } catch (error) {
      if (over.signal.aborted) return;
      const temporary = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
      if (!temporary) return watcher.failed(error);
      watcher.trouble(true);
      next = Math.min(wait * 2, MAX_POLL_MS);
    }
    if (!over.signal.aborted) timer = setTimeout(() => void poll(next), next);
  }

  function listen(): void {
    const events = new EventSource(addressOf(`status/${encodeURIComponent(id)}/events`));
    source = events;
    const giveUp = () => {
      events.close();
      clearTimeout(timer);
      void poll();
    };
    timer = setTimeout(giveUp, FIRST_EVENT_MS);
    const read = ({ data }: MessageEvent<string>) => {
      clearTimeout(timer);
      heard(JSON.parse(data) as RequestState);
    };
    events.addEventListener('progress', read);
    events.addEventListener('done', (event) => {
      events.close();
      read(event);
    });
    events.addEventListener('error', () => {
      // A dropped stream is taken up again by the browser; a refused one is not.
      if (events.readyState === EventSource.CLOSED) giveUp();
      else watcher.trouble(true);
    });
  }

  async function begin(): Promise<void> {
    // Asked for first, so that a missing request and a missing key are told apart.
    try {
      const request = await getRequest(id, over.signal);
      heard(request);
      if (isClosed(request) || over.signal.aborted) return;
      // EventSource cannot send a key.
      if (currentKey() === null) listen();
      else timer = setTimeout(() => void poll(), POLL_MS);
    } catch (error) {
      if (over.signal.aborted) return;
      if (error instanceof ApiError && error.status !== 0 && error.status < 500) return watcher.failed(error);
      watcher.trouble(true);
      timer = setTimeout(() => void begin(), POLL_MS * 2);
    }
  }

  void begin();
  return () => {
    over.abort();
    clearTimeout(timer);
    source?.close();
  };
}
