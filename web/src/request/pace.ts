// How fast a request moves, from what was seen of it lately.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RequestState } from '../api/types.ts';

interface Sample {
  /** Milliseconds. */
  at: number;
  ended: number;
}

export interface Pace {
  perSecond: number;
  /** null when it does not move. */
  secondsLeft: number | null;
}

const WINDOW_MS = 15_000;
const LEAST_MS = 1_500;

/** null until enough was seen to tell. */
export function paceOf(samples: readonly Sample[], now: number, left: number): Pace | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || now - first.at < LEAST_MS) return null;
  const perSecond = ((last.ended - first.ended) * 1000) / (now - first.at);
  return { perSecond, secondsLeft: perSecond > 0 ? left / perSecond : null };
}

export function usePace({ images, started_at }: RequestState): Pace | null {
  const samples = useRef<Sample[]>([]);
  const [now, setNow] = useState(() => Date.now());
  const ended = images.processed + images.failed;
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (started_at === null) return;
    const list = samples.current;
    list.push({ at: Date.now(), ended });
    // One sample older than the window stays, so that slow requests have a pace too.
    while (list.length > 2 && list[1]!.at < Date.now() - WINDOW_MS) list.shift();
  }, [ended, started_at]);
  return paceOf(samples.current, now, images.total - ended);
}
