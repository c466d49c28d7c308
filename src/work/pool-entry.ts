// One image on its way through the pool, and what it ends as when it is the decoder's undoing.
import { failure, type ImageFailure } from '../errors.ts';
import type { ImageOutcome, ImageTask, StageTimes } from '../ports.ts';
import { hostOf } from './messages.ts';

export interface Entry {
  id: number;
  task: ImageTask;
  host: string;
  /** Hosts it holds a slot of. */
  holds: string[];
  /** How often a process ended while it worked on this. */
  deaths: number;
  /** How many of them while it was the only one there. */
  deathsAlone: number;
  /** When it took the CPU slot (performance.now()). */
  compressingSince: number | null;
  /** It has its outcome, or nobody wants one any more. */
  over: boolean;
  /** Resolves when the outcome is recorded, or the recording has failed. */
  settle(outcome: ImageOutcome, stages?: StageTimes): Promise<void>;
  fail(error: Error): void;
}

export function createEntry(
  id: number,
  task: ImageTask,
  caller: {
    record(outcome: ImageOutcome, stages: StageTimes): Promise<void>;
    resolve(): void;
    reject(error: unknown): void;
    /** Called once it has an outcome or an error. */
    done(): void;
  },
): Entry {
  const entry: Entry = {
    id,
    task,
    host: hostOf(task.url),
    holds: [],
    deaths: 0,
    deathsAlone: 0,
    compressingSince: null,
    over: false,
    async settle(outcome, stages = {}) {
      if (entry.over) return;
      entry.over = true;
      caller.done();
      const recorded = caller.record(outcome, stages);
      recorded.then(caller.resolve, caller.reject);
      return recorded.catch(() => {});
    },
    fail(error) {
      entry.over = true;
      caller.done();
      caller.reject(error);
    },
  };
  return entry;
}

/** The one that has the CPU slot: the last to have taken it, since the word that one gave it back may be under way. */
export function decodingOf(entries: Iterable<Entry>): Entry | undefined {
  let newest: Entry | undefined;
  for (const entry of entries) {
    if ((entry.compressingSince ?? 0) > (newest?.compressingSince ?? 0)) newest = entry;
  }
  return newest;
}

/** The time that nobody worked is nobody's. */
export function postpone(entries: Iterable<Entry>, byMs: number): void {
  for (const entry of entries) {
    if (entry.compressingSince !== null) entry.compressingSince += byMs;
  }
}

export const DECODER_CRASHED = failure(
  'decoder_crashed',
  'the picture made the decoder crash, again and again',
);

export function decoderTimeout(ms: number): ImageFailure {
  return failure('decoder_timeout', `the picture took longer than ${ms / 1000} s to decode`);
}
