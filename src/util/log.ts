// The log: one JSON line an event on stderr, redacted as a whole line, so that nothing gets by in a message or a stack.
import { pino } from 'pino';
import { explanationOf, messageOf } from '../errors.ts';
import type { Log } from '../ports.ts';
import { redact } from './redact.ts';

export function createLog(level: string): Log {
  const out = pino.destination(2);
  return pino({ level, base: null }, { write: (line) => void out.write(redact(line)) });
}

/** A fault that nobody caught ends the process, as it would anyhow, but is told of as everything is. */
export function logFaults(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.error({ error: explanationOf(error), stack: error?.stack }, 'ended by a fault of its own');
    process.exit(1);
  });
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** What repeats itself is told of once, and once more every so often (ms). */
const SAY_AGAIN_MS = 60_000;

/** Logs what repeats itself once a minute at most. `over` lets the next one be heard at once. */
export function createThrottledLog(log: Log) {
  let saidAt = Number.NEGATIVE_INFINITY;
  const say = (error: unknown, message: string) => {
    if (performance.now() - saidAt < SAY_AGAIN_MS) return;
    saidAt = performance.now();
    log.warn({ error: messageOf(error) || (error as NodeJS.ErrnoException)?.code }, message);
  };
  return Object.assign(say, {
    over() {
      saidAt = Number.NEGATIVE_INFINITY;
    },
  });
}
