// Following one request until it is closed: server-sent events, taken up again when they break off; or polling, where a
// proxy holds them back.
import { ApiError, call, getRequest } from './client.ts';
import { readEvents } from './events.ts';
import { isClosed, type RequestState } from './types.ts';

export interface Watcher {
  state(request: RequestState): void;
  /** The server is not heard at the moment (true), or again (false). It goes on trying. */
  trouble(silent: boolean): void;
  /** It goes on no further, because of this. */
  failed(error: ApiError): void;
}

const POLL_MS = 1_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** The server sends the state at once; a proxy that holds it back longer would hold back everything. */
const FIRST_EVENT_MS = 5_000;
/** The server says that it is there every 15 s; a connection that is quiet for longer is dead without having said so. */
const SILENCE_MS = 40_000;
/** The page is drawn this often at most, however fast the events come. */
const DRAW_MS = 100;

/** Returns what ends it. */
export function watchRequest(id: string, watcher: Watcher): () => void {
  const over = new AbortController();
  const path = `status/${encodeURIComponent(id)}/events`;
  let polling = false;
  let newest: RequestState | null = null;
  let drawing: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    clearTimeout(drawing);
    drawing = undefined;
    if (newest && !over.signal.aborted) watcher.state(newest);
  }

  /** Whether that was the last of it. */
  function heard(request: RequestState): boolean {
    const first = newest === null;
    newest = request;
    watcher.trouble(false);
    if (first || isClosed(request)) draw();
    else drawing ??= setTimeout(draw, DRAW_MS);
    return isClosed(request);
  }

  /** Whether the request is closed; false when the stream ended before. */
  async function listen(): Promise<boolean> {
    const stream = new AbortController();
    const end = () => stream.abort();
    over.signal.addEventListener('abort', end);
    let silence: ReturnType<typeof setTimeout> | undefined;
    const wait = (ms: number, then: () => void) => {
      clearTimeout(silence);
      silence = setTimeout(then, ms);
    };
    try {
      const { body } = await call(path, { signal: stream.signal, headers: { accept: 'text/event-stream' } });
      wait(FIRST_EVENT_MS, () => {
        polling = true;
        end();
      });
      for await (const data of readEvents(body!)) {
        wait(SILENCE_MS, end);
        if (data !== '' && heard(JSON.parse(data) as RequestState)) return true;
      }
      return false;
    } finally {
      clearTimeout(silence);
      over.signal.removeEventListener('abort', end);
      end();
    }
  }

  async function follow(): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !over.signal.aborted; ) {
      const before: RequestState | null = newest;
      try {
        if (polling ? heard(await getRequest(id, over.signal)) : await listen()) return;
      } catch (error) {
        if (over.signal.aborted) return;
        const final = error instanceof ApiError && error.status !== 0 && error.status < 500;
        if (final) return watcher.failed(error);
      }
      const moved = newest !== before;
      if (!moved) watcher.trouble(true);
      wait = moved ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      await pause(polling ? POLL_MS : wait, over.signal);
    }
  }

  void follow();
  return () => {
    over.abort();
    clearTimeout(drawing);
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
