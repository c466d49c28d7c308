// What passes between the pool and an image process: small tasks and small results, never bytes of an image.
import type { EgressPolicy } from '../outbound/egress.ts';
import { hostKey } from '../outbound/host-key.ts';
import type { ImageOutcome, ImageTask, StageTimes } from '../ports.ts';

export interface ImageProcessSettings {
  storageUrl: string;
  egress: EgressPolicy;
  /** Milliseconds for one download. */
  fetchTimeoutMs: number;
  maxImageBytes: number;
  maxImagePixels: number;
}

/** To the process. A task comes with a slot for the host of its URL. */
export type ToProcess =
  | { type: 'init'; settings: ImageProcessSettings }
  | { type: 'task'; id: number; task: ImageTask }
  | { type: 'abort'; id: number }
  | { type: 'host-slot'; id: number }
  | { type: 'ping' };

/** From the process, in lists: what can wait comes with what cannot. */
export type FromProcess =
  | { type: 'ready' }
  /** The task has the CPU slot from now: the clock of its deadline runs. */
  | { type: 'compressing'; id: number }
  /** It has given it back; whatever it waits for now is no decoder. */
  | { type: 'compressed'; id: number }
  | { type: 'done'; id: number; outcome: ImageOutcome; stages: StageTimes }
  /** The task's redirect leads to another host: a slot for that one is asked for. */
  | { type: 'want-host'; id: number; host: string }
  /** The task is done with its host. Whatever slot a task still holds is free when it is done. */
  | { type: 'release-host'; id: number }
  | { type: 'pong' };

/** The key under which connections to a URL's host are counted; '' when it is no URL. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? hostKey(new URL(url)) : '';
}
