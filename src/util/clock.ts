// The wall clock, handed around so that tests can set it.
import type { Clock } from '../ports.ts';

export const systemClock: Clock = { now: () => Date.now() };
