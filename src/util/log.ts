// The log: one JSON line an event on stderr. URLs of users are never logged, since their queries may be signed.
import { pino } from 'pino';
import type { Log } from '../ports.ts';

export function createLog(level: string): Log {
  return pino({ level, base: null }, pino.destination(2));
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
