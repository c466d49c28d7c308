// The one owner of what was opened: parts are stopped in the opposite order, each of them whatever happens to the others.
import { explanationOf } from '../errors.ts';
import type { Log } from '../ports.ts';

export interface Lifecycle {
  /** Takes over a part that is open, with what stops it; returns the part. */
  own<Part>(name: string, part: Part, stop: (part: Part) => Promise<unknown>): Part;
  /** Adds what is to be done about work in flight. At a stop these come first, in the order they were added. */
  drain(name: string, phase: () => Promise<unknown>): void;
  /** From the moment it is told to stop. */
  readonly stopping: boolean;
  /** Drains, then stops every part, the newest first. Never rejects; the second call is the first. */
  stop(): Promise<void>;
  /** For a start that failed: nothing is in flight yet, so the parts are stopped alone. */
  unwind(): Promise<void>;
}

interface Step {
  name: string;
  take(): Promise<unknown>;
}

export function createLifecycle(log: Pick<Log, 'error'>): Lifecycle {
  const parts: Step[] = [];
  const phases: Step[] = [];
  let ending: Promise<void> | undefined;

  async function end(steps: Step[]): Promise<void> {
    for (const { name, take } of steps) {
      try {
        await take();
      } catch (error) {
        log.error({ part: name, error: explanationOf(error) }, 'a part could not be stopped');
      }
    }
  }

  return {
    own(name, part, stop) {
      parts.push({ name, take: async () => stop(part) });
      return part;
    },
    drain(name, phase) {
      phases.push({ name, take: async () => phase() });
    },
    get stopping() {
      return ending !== undefined;
    },
    stop() {
      ending ??= end([...phases, ...parts.toReversed()]);
      return ending;
    },
    unwind() {
      ending ??= end(parts.toReversed());
      return ending;
    },
  };
}
