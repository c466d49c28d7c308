// The newest state of one request, for as long as a component shows it.
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import type { RequestState } from '../api/types.ts';
import { watchRequest } from '../api/watch.ts';

export function useRequest(id: string): {
  request: RequestState | null;
  silent: boolean;
  error: ApiError | null;
  /** After a retry: an ended request moves again. */
  watchAgain: () => void;
} {
  const [request, setRequest] = useState<RequestState | null>(null);
  const [silent, setSilent] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => watchRequest(id, { state: setRequest, trouble: setSilent, failed: setError }), [id, round]);
  const watchAgain = useCallback(() => setRound((before) => before + 1), []);
  return { request, silent, error, watchAgain };
}
