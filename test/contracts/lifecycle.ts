// What every part that is started and stopped must do. Takes factories; the parts are in adapters/lifecycle.test.ts.
import { createHook } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';

export interface Part {
  /** Absent where the part runs from when it is opened. */
  start?(): unknown;
  stop(): Promise<unknown>;
  /** How often it has begun what it is there for. */
  begun(): number;
}

export interface PartFactory {
  open(): Promise<Part>;
  /** What it needs is away or broken. `failed` resolves when that has been met. */
  openFailing(): Promise<Part & { failed(): Promise<unknown> }>;
  /** A start may come twice, and after the stop, and does nothing then; to others it is a fault of the caller's. */
  startsOnce?: boolean;
}

export function lifecycleContract(name: string, { open, openFailing, startsOnce }: PartFactory): void {
  describe(name, () => {
    it('stopped before it was started begins nothing, then or later', async () => {
      const handles = watchHandles();
      const part = await open();
      await part.stop();
      if (startsOnce) {
        await part.start!();
        expect(part.begun()).toBe(0);
      }
      await part.stop();
      await handles.expectNone();
    });

    it('stopped twice, at once and later, is stopped once', async () => {
      const handles = watchHandles();
      const part = await open();
      await part.start?.();
      await expect.poll(part.begun, { interval: 5 }).toBe(1);
      await Promise.all([part.stop(), part.stop()]);
      await part.stop();
      expect(part.begun()).toBe(1);
      await handles.expectNone();
    });

    if (startsOnce) {
      it('started twice runs once', async () => {
        const handles = watchHandles();
        const part = await open();
        const starts = [part.start!(), part.start!()];
        await Promise.all(starts);
        await expect.poll(part.begun, { interval: 5 }).toBe(1);
        await part.stop();
        expect(part.begun()).toBe(1);
        await handles.expectNone();
      });
    }

    it('failed half-way is stopped all the same', async () => {
      const handles = watchHandles();
      const part = await openFailing();
      await part.failed();
      await part.stop();
      await part.stop();
      const begun = part.begun();
      await handles.expectNone();
      expect(part.begun()).toBe(begun);
    });
  });
}

/** ioredis watches a socket for 15 s, also one that it has closed. */
const LONGEST_MS = 20_000;
const HANDLES = new Set(['PIPEWRAP', 'PROCESSWRAP', 'TCPSERVERWRAP', 'TCPWRAP', 'Timeout']);

interface Handle {
  hasRef?(): boolean;
}

/** Watches, until the test ends, what is opened that would keep a process alive. */
function watchHandles() {
  const open = new Map<number, { type: string; handle: Handle }>();
  const hook = createHook({
    init: (id, type, _trigger, handle: Handle) => void (HANDLES.has(type) && open.set(id, { type, handle })),
    destroy: (id) => void open.delete(id),
  }).enable();
  onTestFinished(() => void hook.disable());
  const left = () =>
    [...open.values()].filter(({ handle }) => handle.hasRef?.() ?? true).map(({ type }) => type);
  return {
    /** Sockets and processes take a while to go, timers of a Redis client until they are due; what was forgotten stays. */
    async expectNone(): Promise<void> {
      const deadline = performance.now() + LONGEST_MS;
      while (left().length > 0 && performance.now() < deadline) await wait(10, undefined, { ref: false });
      expect(left()).toEqual([]);
    },
  };
}
