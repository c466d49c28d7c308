// Counts downloads per host over all image processes.

export interface HostSlots {
  /** Takes a slot if there is one. */
  take(host: string): boolean;
  /** Calls `grant` with a slot taken, now or later, before anything that `take`s; it answers false when nobody wants it any more. */
  wait(host: string, grant: () => boolean): void;
  release(hosts: string[]): void;
}

/** `onFree` is called when a slot has become free that nobody waited for. */
export function createHostSlots(perHost: number, onFree: () => void): HostSlots {
  const taken = new Map<string, number>();
  const waiting = new Map<string, (() => boolean)[]>();

  function take(host: string): boolean {
    const count = taken.get(host) ?? 0;
    if (count >= perHost) return false;
    taken.set(host, count + 1);
    return true;
  }

  function release(host: string): boolean {
    for (let queue = waiting.get(host); queue; queue = waiting.get(host)) {
      const grant = queue.shift()!;
      if (queue.length === 0) waiting.delete(host);
      if (grant()) return false;
    }
    const count = taken.get(host)! - 1;
    if (count === 0) taken.delete(host);
    else taken.set(host, count);
    return count === perHost - 1;
  }

  return {
    take,
    wait(host, grant) {
      if (take(host)) {
        if (!grant()) release(host);
        return;
      }
      const queue = waiting.get(host);
      if (queue) queue.push(grant);
      else waiting.set(host, [grant]);
    },
    release(hosts) {
      if (hosts.map(release).some(Boolean)) onFree();
    },
  };
}
