// A loop: one thing done again and again, which can be woken before its time and stopped.

/** Milliseconds until the next turn: `most`, and `least` when it is woken. A number alone is both. */
export type Rest = number | { least: number; most: number };

export interface Loop {
  /** Resolves after the first turn. The second call is the first; after a stop it does nothing. */
  start(): Promise<void>;
  /** The next turn comes as soon as the rest allows. */
  wake(): void;
  /** Resolves when the turn under way has ended; there is no other. */
  stop(): Promise<void>;
}

/** `turn` answers for its own failures: it never rejects. `woken` tells it whether it was woken since it last began. */
export function createLoop(turn: (woken: boolean) => Promise<Rest>): Loop {
  let woken = false;
  let stopped = false;
  let mayBeWoken = false;
  let endRest: (() => void) | undefined;
  let first: Promise<Rest> | undefined;
  let running: Promise<void> | undefined;

  function take(): Promise<Rest> {
    const forWake = woken;
    woken = false;
    return turn(forWake);
  }

  async function run(begun: Promise<Rest>): Promise<void> {
    for (let rest = await begun; ; rest = await take()) {
      const { least, most } = typeof rest === 'number' ? { least: rest, most: rest } : rest;
      await pause(least);
      mayBeWoken = true;
      if (!woken) await pause(most - least);
      mayBeWoken = false;
      if (stopped) return;
    }
  }

  function pause(ms: number): Promise<void> {
    if (stopped || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    async start() {
      if (!first && !stopped) {
        first = take();
        running = run(first);
      }
      await first;
    },
    wake() {
      woken = true;
      if (mayBeWoken) endRest?.();
    },
    async stop() {
      stopped = true;
      endRest?.();
      await running;
    },
  };
}
