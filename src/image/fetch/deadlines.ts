// The clocks of all running downloads, looked at by one coarse timer instead of two timers and a controller for each.

/** A rule against hosts that drip: fewer bytes than `bytesPerSecond` over a whole window end the download. */
export interface MinimumRate {
  bytesPerSecond: number;
  windowMs: number;
}

/** A download on the clock. It counts its own bytes; the clock only reads. */
export interface Timed {
  /** On performance.now()'s scale. */
  deadline: number;
  /** Bytes of the body that have come; null until there is a body to wait for. */
  received: number | null;
  /** Called once, when a rule is broken. The download is off the clock by then. */
  expire(rule: 'total' | 'rate'): void;
}

/**
 * Watches downloads for their deadline and their minimum rate. Windows do not overlap, so a stalled download ends after one
 * to two windows; a deadline is noticed up to `tickMs` late.
 */
export class Deadlines {
  readonly #rate: MinimumRate;
  readonly #tickMs: number;
  readonly #running = new Map<Timed, { since: number; received: number }>();
  #timer: NodeJS.Timeout | null = null;
  #last = 0;

  constructor(rate: MinimumRate, tickMs: number) {
    this.#rate = rate;
    this.#tickMs = tickMs;
  }

  add(timed: Timed): void {
    this.#running.set(timed, { since: Number.NaN, received: 0 });
    if (this.#timer) return;
    this.#last = performance.now();
    // Not holding the process open is right: the sockets do that.
    this.#timer = setInterval(() => this.#check(), this.#tickMs).unref();
  }

  remove(timed: Timed): void {
    this.#running.delete(timed);
  }

  #check(): void {
    if (this.#running.size === 0) {
      clearInterval(this.#timer!);
      this.#timer = null;
      return;
    }
    const now = performance.now();
    // After the process itself stood still (paused, starved of CPU) what the sockets hold must be read before anyone is judged.
    const late = now - this.#last > this.#tickMs + 1_000;
    this.#last = now;
    for (const [timed, window] of this.#running) {
      if (timed.received === null) window.since = Number.NaN;
      else if (late || Number.isNaN(window.since))
        Object.assign(window, { since: now, received: timed.received });
      const rule = late ? null : this.#broken(timed, window, now);
      if (!rule) continue;
      this.#running.delete(timed);
      timed.expire(rule);
    }
  }

  #broken(timed: Timed, window: { since: number; received: number }, now: number): 'total' | 'rate' | null {
    if (now >= timed.deadline) return 'total';
    const elapsed = now - window.since;
    if (timed.received === null || !(elapsed >= this.#rate.windowMs)) return null;
    if (timed.received - window.received < (this.#rate.bytesPerSecond * elapsed) / 1000) return 'rate';
    window.since = now;
    window.received = timed.received;
    return null;
  }
}
