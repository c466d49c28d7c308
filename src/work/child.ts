// One image process as the pool sees it: started with its limits, fed, watched, and ended when it stops answering.
import { type ChildProcess, spawn } from 'node:child_process';
import inspector from 'node:inspector';
import { parseStorageUrl } from '../util/storage-url.ts';
import { childEnvironment } from './child-environment.ts';
import type { FromProcess, ImageProcessSettings, ToProcess } from './messages.ts';

export interface ChildSettings {
  /** The program: a JavaScript file, or one of the source, which tsx runs. */
  entry: string;
  settings: ImageProcessSettings;
  /** Bytes of data memory. Beyond it, allocations fail and the process ends. */
  memoryBytes: number;
}

export interface Child {
  readonly pid: number | undefined;
  /** True between `ready` and the end. */
  readonly ready: boolean;
  send(message: ToProcess): void;
  /** Ends it at once. */
  kill(): void;
  /** Lets it go once it has nothing to do; resolves when it has ended. */
  close(): Promise<void>;
}

export interface ChildEvents {
  onMessage(message: FromProcess): void;
  /** Called once, however it ended; `reason` is for the log. */
  onEnd(reason: string, kind: EndKind): void;
}

/**
 * How an image process may end: `unresponsive` by our hand; `aborted` by its own, mostly when its memory limit was met;
 * `killed` by somebody else's, mostly the system's memory killer; `crashed` by another signal; `exited` with a code, or
 * never started. The pool adds `deadline`, for a picture that took too long.
 */
export const END_KINDS = ['aborted', 'crashed', 'deadline', 'exited', 'killed', 'unresponsive'] as const;
export type EndKind = (typeof END_KINDS)[number];
/** V8 ends itself by a trap when it gets no memory, the C++ runtime by an abort. */
const KINDS: Partial<Record<NodeJS.Signals, EndKind>> = {
  SIGABRT: 'aborted',
  SIGTRAP: 'aborted',
  SIGKILL: 'killed',
};

const PING_MS = 5_000;
/**
 * A process that leaves so many pings in a row unanswered is stuck. Its own deadline for one image is the pool's business.
 * Counted, not timed: when we were frozen together or the clock was set, nobody was silent.
 */
const UNANSWERED_PINGS = 3;

export function startChild(options: ChildSettings, events: ChildEvents): Child {
  let ready = false;
  let unanswered = 0;
  let stuck = false;
  const child = launch(options);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      if (!signal) end(`exit code ${code}`, 'exited');
      else if (stuck) end('it did not answer', 'unresponsive');
      else end(`ended by ${signal}`, KINDS[signal] ?? 'crashed');
      resolve();
    });
    child.once('error', (error) => {
      end(error.message, 'exited');
      resolve();
    });
  });

  let over = false;
  function end(reason: string, kind: EndKind): void {
    if (over) return;
    over = true;
    ready = false;
    clearInterval(pinging);
    events.onEnd(reason, kind);
  }

  const pinging = setInterval(() => {
    // Whoever sits in front of a breakpoint is not to be hurried.
    if (isDebugged()) return;
    if (unanswered === UNANSWERED_PINGS) {
      stuck = true;
      child.kill('SIGKILL');
    } else {
      unanswered++;
      send({ type: 'ping' });
    }
  }, PING_MS);

  child.on('message', (messages: FromProcess[]) => {
    unanswered = 0;
    for (const message of messages) {
      if (message.type === 'ready') ready = true;
      events.onMessage(message);
    }
  });

  function send(message: ToProcess): void {
    // A process that is just ending takes no more messages; its `exit` hands its tasks out again.
    if (child.connected) child.send(message, () => {});
  }

  send({ type: 'init', settings: options.settings });

  return {
    get pid() {
      return child.pid;
    },
    get ready() {
      return ready;
    },
    send,
    kill: () => void child.kill('SIGKILL'),
    async close() {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Whether we run under --inspect: then our image processes do too, each at a port of its own. */
const isDebugged = () => inspector.url() !== undefined;

/** Starts the program with the limits that must be set before it runs. */
function launch({ entry, settings, memoryBytes }: ChildSettings): ChildProcess {
  const env = childEnvironment(process.env, parseStorageUrl(settings.storageUrl).scheme);
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as ['ignore', 'inherit', 'inherit', 'ipc'];
  // There is a process a core: threads of its garbage collector would only take that core from it.
  const args = ['--max-old-space-size=256', '--single-threaded-gc'];
  if (isDebugged()) args.push('--inspect=0');
  if (entry.endsWith('.ts')) args.push('--import', import.meta.resolve('tsx'));
  args.push(entry);
  if (process.platform !== 'linux') return spawn(process.execPath, args, { env, stdio });
  // RLIMIT_DATA: what a decoder allocates beyond it fails there and then, instead of waking the kernel's OOM killer.
  const script = 'ulimit -d "$1" 2>/dev/null; shift; exec "$@"';
  const kib = String(Math.ceil(memoryBytes / 1024));
  return spawn('/bin/sh', ['-c', script, 'sh', kib, process.execPath, ...args], { env, stdio });
}
