// Counts the different hosts in a file's URLs.

/** More are not told apart: nobody reads such a number closely. */
const MOST = 10_000;

export class HostCounter {
  readonly #hosts = new Set<string>();
  /** Most URLs of a catalogue follow one of the same host. */
  #last = '';

  see(url: string): void {
    const start = url.indexOf('//') + 2;
    const end = url.indexOf('/', start);
    // Close enough to count by, at a fraction of what parsing each URL would cost.
    const host = url.slice(start, end < 0 ? undefined : end).toLowerCase();
    if (host === this.#last || this.#hosts.has(host) || this.#hosts.size === MOST) return;
    // A copy: a slice would keep the block alive that it was cut from.
    this.#last = Buffer.from(host, 'utf16le').toString('utf16le');
    this.#hosts.add(this.#last);
  }

  get size(): number {
    return this.#hosts.size;
  }
}
