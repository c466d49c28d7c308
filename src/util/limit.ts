// A counting semaphore: at most `slots` holders at once, in the order of asking.

export interface Limit {
  /** Resolves with the release of the slot; calling that twice is calling it once. */
  acquire(): Promise<() => void>;
  readonly held: number;
}

export function createLimit(slots: number): Limit {
  const waiting: (() => void)[] = [];
  let held = 0;

  function grant(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = waiting.shift();
      if (next) next();
      else held--;
    };
  }

  return {
    get held() {
      return held;
    },
    acquire() {
      if (held < slots) {
        held++;
        return Promise.resolve(grant());
      }
      return new Promise((resolve) => waiting.push(() => resolve(grant())));
    },
  };
}
