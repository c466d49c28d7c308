// The image processes: hands tasks to them within the limits (in flight per process, downloads per host), and keeps one
// bad image from costing more than itself.
import { messageOf } from '../errors.ts';
import type { ImageOutcome, ImageTask, Log, StageTimes } from '../ports.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { type Child, type ChildSettings, type EndKind, startChild } from './child.ts';
import { createHostSlots } from './host-slots.ts';
import type { FromProcess } from './messages.ts';
import {
  createEntry,
  DECODER_CRASHED,
  decoderTimeout,
  decodingOf,
  type Entry,
  postpone,
} from './pool-entry.ts';

export interface Pool {
  /**
   * Does one image and hands its outcome to `record`. What a crash can cost is bounded by the places in flight and by
   * `unrecorded`. Rejects when `record` does, when `signal` aborts, or when the pool closes.
   */
  run(
    task: ImageTask,
    signal: AbortSignal,
    record: (outcome: ImageOutcome, stages: StageTimes) => Promise<void>,
  ): Promise<void>;
  /** Resolves when the first process can work; rejects when none can be started. */
  ready(): Promise<void>;
  readonly stats: { processes: number; waiting: number; running: number; ended: number };
  /** Rejects what waits, gives what runs up to `graceMs` to end, and ends the processes. The second call is the first. */
  close(graceMs?: number): Promise<void>;
}

export interface PoolOptions extends ChildSettings {
  processes: number;
  /** Tasks in flight per process. */
  inFlight: number;
  /** Outcomes that may wait to be recorded before nothing more is begun. */
  unrecorded: number;
  /** Downloads at once from one host, over all processes. */
  perHost: number;
  /** Milliseconds one image may take from taking the CPU slot to its result. */
  compressTimeoutMs: number;
  /** A process ended although it was not told to. */
  onProcessEnd?(kind: EndKind): void;
  log: Log;
}

interface Member {
  child: Child;
  tasks: Map<number, Entry>;
  /** Does one suspect at a time and nothing else. */
  quarantine: boolean;
  /** The reason it was killed for, when the pool did it. */
  timedOut: boolean;
}

/** Deaths in company after which an image is tried alone although it was not the one being decoded. */
const DEATHS_IN_COMPANY = 2;
/** Deaths alone after which the image is to blame: one may be somebody else's doing (the system's memory killer). */
const DEATHS_ALONE = 2;
const WATCH_MS = 250;
/** Between two looks: more than any load makes of WATCH_MS, so we were frozen, and mostly the processes with us. */
const FROZEN_MS = 5_000;
const RESTART_MS = { first: 100, max: 5_000 };

export class PoolClosedError extends Error {
  override readonly name = 'PoolClosedError';
}

export function openPool(options: PoolOptions): Pool {
  const { log } = options;
  const members = new Set<Member>();
  const waiting: Entry[] = [];
  /** Images that were being worked on when a process died: each is tried again alone. */
  const suspects: Entry[] = [];
  const hosts = createHostSlots(options.perHost, pump);
  let nextId = 1;
  let ended = 0;
  let recording = 0;
  let startFailures = 0;
  let closed = false;
  let closing: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;
  let signalReady: (error?: Error) => void;
  const firstReady = new Promise<void>((resolve, reject) => {
    signalReady = (error) => (error ? reject(error) : resolve());
  });
  firstReady.catch(() => {});

  function start(quarantine: boolean): void {
    const member: Member = {
      quarantine,
      tasks: new Map(),
      timedOut: false,
      child: startChild(options, {
        onMessage: (message) => onMessage(member, message),
        onEnd: (reason, kind) => onEnd(member, reason, kind),
      }),
    };
    members.add(member);
  }

  function onMessage(member: Member, message: FromProcess): void {
    if (message.type === 'ready') {
      startFailures = 0;
      signalReady();
      pump();
      return;
    }
    if (message.type === 'pong') return;
    const entry = member.tasks.get(message.id);
    if (!entry) return;
    if (message.type === 'compressing') entry.compressingSince = performance.now();
    else if (message.type === 'compressed') entry.compressingSince = null;
    else if (message.type === 'release-host') hosts.release(entry.holds.splice(0, 1));
    else if (message.type === 'want-host') {
      hosts.wait(message.host, () => {
        if (member.tasks.get(entry.id) !== entry) return false;
        entry.holds.push(message.host);
        member.child.send({ type: 'host-slot', id: entry.id });
        return true;
      });
    } else {
      take(member, entry);
      settle(entry, message.outcome, message.stages);
    }
  }

  function settle(entry: Entry, outcome: ImageOutcome, stages?: StageTimes): void {
    recording++;
    void entry.settle(outcome, stages).then(() => {
      recording--;
      checkIdle();
      pump();
    });
    pump();
  }

  /** The entry is no longer the member's, and holds nothing. */
  function take(member: Member, entry: Entry): void {
    member.tasks.delete(entry.id);
    entry.compressingSince = null;
    hosts.release(entry.holds.splice(0));
  }

  function checkIdle(): void {
    if (closed && recording === 0 && [...members].every(({ tasks }) => tasks.size === 0)) onIdle?.();
  }

  function onEnd(member: Member, reason: string, kind: EndKind): void {
    if (!members.delete(member)) return; // it was let go
    const tasks = [...member.tasks.values()];
    const decoding = decodingOf(tasks);
    if (closed) {
      for (const entry of tasks) entry.fail(new PoolClosedError('the pool is closed'));
      checkIdle();
      return;
    }
    ended++;
    options.onProcessEnd?.(member.timedOut ? 'deadline' : kind);
    log.warn(
      { pid: member.child.pid, reason, tasks: tasks.length, image: decoding?.task.about },
      'an image process ended',
    );
    for (const entry of tasks) {
      take(member, entry);
      if (entry.over) continue;
      entry.deaths++;
      if (member.quarantine) entry.deathsAlone++;
      if (member.timedOut && entry === decoding) settle(entry, decoderTimeout(options.compressTimeoutMs));
      else if (entry.deathsAlone >= DEATHS_ALONE) settle(entry, DECODER_CRASHED);
      else if (member.quarantine || entry === decoding || entry.deaths > DEATHS_IN_COMPANY)
        suspects.push(entry);
      else waiting.unshift(entry);
    }
    const startFailed = tasks.length === 0 && !member.timedOut;
    startFailures = startFailed ? startFailures + 1 : 0;
    if (startFailures >= 3) signalReady(new Error(`image processes do not start (${reason})`));
    const delay = startFailed ? Math.min(RESTART_MS.max, RESTART_MS.first * 2 ** startFailures) : 0;
    setTimeout(() => {
      if (!closed && !member.quarantine) start(false);
      pump();
    }, delay).unref();
  }

  /** Gives every process what it has room for. */
  function pump(): void {
    if (closed || recording >= options.unrecorded) return;
    for (const member of members) {
      if (member.quarantine && member.child.ready && member.tasks.size === 0) {
        const suspect = suspects.shift();
        if (suspect) give(member, suspect);
        else void retire(member);
      }
    }
    if (suspects.length > 0 && ![...members].some((member) => member.quarantine)) start(true);
    for (let index = 0; index < waiting.length; ) {
      const entry = waiting[index]!;
      const member = freest();
      if (!member) return;
      if (hosts.take(entry.host)) {
        waiting.splice(index, 1);
        entry.holds.push(entry.host);
        give(member, entry);
      } else {
        index++;
      }
    }
  }

  function freest(): Member | undefined {
    let best: Member | undefined;
    for (const member of members) {
      if (member.quarantine || !member.child.ready || member.tasks.size >= options.inFlight) continue;
      if (!best || member.tasks.size < best.tasks.size) best = member;
    }
    return best;
  }

  function give(member: Member, entry: Entry): void {
    member.tasks.set(entry.id, entry);
    member.child.send({ type: 'task', id: entry.id, task: entry.task });
  }

  async function retire(member: Member): Promise<void> {
    members.delete(member);
    await member.child.close();
  }

  // A decoder's own time limit does not stop it, so the deadline is enforced from here.
  let watchedAt = performance.now();
  const watching = setInterval(() => {
    const now = performance.now();
    const missed = now - watchedAt;
    watchedAt = now;
    for (const member of members) {
      if (missed > FROZEN_MS) postpone(member.tasks.values(), missed);
      const since = decodingOf(member.tasks.values())?.compressingSince;
      if (!since || now - since < options.compressTimeoutMs) continue;
      member.timedOut = true;
      member.child.kill();
    }
  }, WATCH_MS);

  for (let count = 0; count < options.processes; count++) start(false);

  return {
    ready: () => firstReady,
    run: (task, signal, record) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new PoolClosedError('the pool is closed'));
        if (signal.aborted) return reject(signal.reason);
        const abort = () => onAbort(entry, signal.reason);
        const done = () => signal.removeEventListener('abort', abort);
        const entry = createEntry(nextId++, task, { record, resolve, reject, done });
        signal.addEventListener('abort', abort);
        waiting.push(entry);
        pump();
      }),
    get stats() {
      const running = [...members].reduce((sum, member) => sum + member.tasks.size, 0);
      return { processes: members.size, waiting: waiting.length + suspects.length, running, ended };
    },
    close(graceMs = 0) {
      closing ??= close(graceMs);
      return closing;
    },
  };

  async function close(graceMs: number): Promise<void> {
    closed = true;
    for (const entry of [...waiting.splice(0), ...suspects.splice(0)]) {
      entry.fail(new PoolClosedError('the pool is closed'));
    }
    const idle = new Promise<void>((resolve) => (onIdle = resolve));
    checkIdle();
    await withTimeout(graceMs, idle);
    clearInterval(watching);
    await Promise.all([...members].map(({ child }) => child.close()));
  }

  /** Nobody wants the result: what waits is dropped, what runs is told to stop. */
  function onAbort(entry: Entry, reason: unknown): void {
    for (const list of [waiting, suspects]) {
      const index = list.indexOf(entry);
      if (index >= 0) list.splice(index, 1);
    }
    for (const member of members) {
      if (member.tasks.has(entry.id)) member.child.send({ type: 'abort', id: entry.id });
    }
    entry.fail(reason instanceof Error ? reason : new Error(messageOf(reason)));
  }
}
