// The image processes: hands tasks to them within the limits (in flight per process, downloads per host), and keeps one
// bad image from costing more than itself.
import { messageOf } from '../errors.ts';
import type { ImageOutcome, ImageTask, Log, StageTimes } from '../ports.ts';
import { withTimeout } from '../util/with-timeout.ts';
import { type ChildSettings, type EndKind, startChild } from './child.ts';
import { createHostSlots, type HostSlots } from './host-slots.ts';
import type { FromProcess } from './messages.ts';
import {
  createEntry,
  DECODER_CRASHED,
  decoderTimeout,
  decodingOf,
  type Entry,
  postpone,
} from './pool-entry.ts';
import { freest, give, killOverdue, type Member } from './pool-member.ts';

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

/** Starts the processes. */
export function openPool(options: PoolOptions): Pool {
  return new ImageProcesses(options);
}

class ImageProcesses implements Pool {
  readonly #options: PoolOptions;
  readonly #members = new Set<Member>();
  readonly #waiting: Entry[] = [];
  /** Images that were being worked on when a process died: each is tried again alone. */
  readonly #suspects: Entry[] = [];
  readonly #hosts: HostSlots;
  readonly #watching: NodeJS.Timeout;
  readonly #firstReady: Promise<void>;
  #signalReady!: (error?: Error) => void;
  #nextId = 1;
  #ended = 0;
  #recording = 0;
  #startFailures = 0;
  #closed = false;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;
  #watchedAt = performance.now();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#hosts = createHostSlots(options.perHost, () => this.#pump());
    this.#firstReady = new Promise<void>((resolve, reject) => {
      this.#signalReady = (error) => (error ? reject(error) : resolve());
    });
    this.#firstReady.catch(() => {});
    this.#watching = setInterval(() => this.#watch(), WATCH_MS);
    for (let count = 0; count < options.processes; count++) this.#start(false);
  }

  ready(): Promise<void> {
    return this.#firstReady;
  }

  run(...[task, signal, record]: Parameters<Pool['run']>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new PoolClosedError('the pool is closed'));
      if (signal.aborted) return reject(signal.reason);
      const abort = () => this.#abort(entry, signal.reason);
      const done = () => signal.removeEventListener('abort', abort);
      const entry = createEntry(this.#nextId++, task, { record, resolve, reject, done });
      signal.addEventListener('abort', abort);
      this.#waiting.push(entry);
      this.#pump();
    });
  }

  get stats(): Pool['stats'] {
    const running = [...this.#members].reduce((sum, member) => sum + member.tasks.size, 0);
    const waiting = this.#waiting.length + this.#suspects.length;
    return { processes: this.#members.size, waiting, running, ended: this.#ended };
  }

  close(graceMs = 0): Promise<void> {
    this.#closing ??= this.#end(graceMs);
    return this.#closing;
  }

  async #end(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const entry of [...this.#waiting.splice(0), ...this.#suspects.splice(0)]) {
      entry.fail(new PoolClosedError('the pool is closed'));
    }
    const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#checkIdle();
    await withTimeout(graceMs, idle);
    clearInterval(this.#watching);
    await Promise.all([...this.#members].map(({ child }) => child.close()));
  }

  #checkIdle(): void {
    if (this.#closed && this.#recording === 0 && [...this.#members].every(({ tasks }) => tasks.size === 0))
      this.#onIdle?.();
  }

  #start(quarantine: boolean): void {
    const member: Member = {
      quarantine,
      tasks: new Map(),
      timedOut: false,
      child: startChild(this.#options, {
        onMessage: (message) => this.#onMessage(member, message),
        onEnd: (reason, kind) => this.#onEnd(member, reason, kind),
      }),
    };
    this.#members.add(member);
  }

  #onMessage(member: Member, message: FromProcess): void {
    if (message.type === 'ready') {
      this.#startFailures = 0;
      this.#signalReady();
      this.#pump();
      return;
    }
    if (message.type === 'pong') return;
    const entry = member.tasks.get(message.id);
    if (!entry) return;
    if (message.type === 'compressing') entry.compressingSince = performance.now();
    else if (message.type === 'compressed') entry.compressingSince = null;
    else if (message.type === 'release-host') this.#hosts.release(entry.holds.splice(0, 1));
    else if (message.type === 'want-host') {
      this.#hosts.wait(message.host, () => {
        if (member.tasks.get(entry.id) !== entry) return false;
        entry.holds.push(message.host);
        member.child.send({ type: 'host-slot', id: entry.id });
        return true;
      });
    } else {
      this.#take(member, entry);
      this.#settle(entry, message.outcome, message.stages);
    }
  }

  #settle(entry: Entry, outcome: ImageOutcome, stages?: StageTimes): void {
    this.#recording++;
    void entry.settle(outcome, stages).then(() => {
      this.#recording--;
      this.#checkIdle();
      this.#pump();
    });
    this.#pump();
  }

  /** The entry is no longer the member's, and holds nothing. */
  #take(member: Member, entry: Entry): void {
    member.tasks.delete(entry.id);
    entry.compressingSince = null;
    this.#hosts.release(entry.holds.splice(0));
  }

  #onEnd(member: Member, reason: string, kind: EndKind): void {
    if (!this.#members.delete(member)) return; // it was let go
    const tasks = [...member.tasks.values()];
    if (this.#closed) {
      for (const entry of tasks) entry.fail(new PoolClosedError('the pool is closed'));
      this.#checkIdle();
      return;
    }
    const decoding = decodingOf(tasks);
    this.#ended++;
    this.#options.onProcessEnd?.(member.timedOut ? 'deadline' : kind);
    this.#options.log.warn(
      { pid: member.child.pid, reason, tasks: tasks.length, image: decoding?.task.about },
      'an image process ended',
    );
    for (const entry of tasks) {
      this.#take(member, entry);
      if (!entry.over) this.#judgeSurvivor(member, entry, entry === decoding);
    }
    this.#restart(member, reason, tasks.length === 0 && !member.timedOut);
  }

  /** What becomes of an image whose process ended under it. */
  #judgeSurvivor(member: Member, entry: Entry, decoding: boolean): void {
    const { quarantine, timedOut } = member;
    entry.deaths++;
    if (quarantine) entry.deathsAlone++;
    if (timedOut && decoding) this.#settle(entry, decoderTimeout(this.#options.compressTimeoutMs));
    else if (entry.deathsAlone >= DEATHS_ALONE) this.#settle(entry, DECODER_CRASHED);
    else if (quarantine || decoding || entry.deaths > DEATHS_IN_COMPANY) this.#suspects.push(entry);
    else this.#waiting.unshift(entry);
  }

  #restart(member: Member, reason: string, startFailed: boolean): void {
    this.#startFailures = startFailed ? this.#startFailures + 1 : 0;
    if (this.#startFailures >= 3) this.#signalReady(new Error(`image processes do not start (${reason})`));
    const delay = startFailed ? Math.min(RESTART_MS.max, RESTART_MS.first * 2 ** this.#startFailures) : 0;
    setTimeout(() => {
      if (!this.#closed && !member.quarantine) this.#start(false);
      this.#pump();
    }, delay).unref();
  }

  /** Gives every process what it has room for. */
  #pump(): void {
    if (this.#closed || this.#recording >= this.#options.unrecorded) return;
    for (const member of this.#members) {
      if (member.quarantine && member.child.ready && member.tasks.size === 0) {
        const suspect = this.#suspects.shift();
        if (suspect) give(member, suspect);
        else void this.#retire(member);
      }
    }
    if (this.#suspects.length > 0 && ![...this.#members].some((member) => member.quarantine))
      this.#start(true);
    for (let index = 0; index < this.#waiting.length; ) {
      const entry = this.#waiting[index]!;
      const member = freest(this.#members, this.#options.inFlight);
      if (!member) return;
      if (this.#hosts.take(entry.host)) {
        this.#waiting.splice(index, 1);
        entry.holds.push(entry.host);
        give(member, entry);
      } else {
        index++;
      }
    }
  }

  async #retire(member: Member): Promise<void> {
    this.#members.delete(member);
    await member.child.close();
  }

  #watch(): void {
    const now = performance.now();
    const missed = now - this.#watchedAt;
    this.#watchedAt = now;
    for (const member of this.#members) {
      if (missed > FROZEN_MS) postpone(member.tasks.values(), missed);
      killOverdue(member, this.#options.compressTimeoutMs);
    }
  }

  /** Nobody wants the result: what waits is dropped, what runs is told to stop. */
  #abort(entry: Entry, reason: unknown): void {
    for (const list of [this.#waiting, this.#suspects]) {
      const index = list.indexOf(entry);
      if (index >= 0) list.splice(index, 1);
    }
    for (const member of this.#members) {
      if (member.tasks.has(entry.id)) member.child.send({ type: 'abort', id: entry.id });
    }
    entry.fail(reason instanceof Error ? reason : new Error(messageOf(reason)));
  }
}
