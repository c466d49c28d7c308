// How long an answer about a whole request is kept, which costs a walk over it: for good once the request has ended, and
// before that never so shortly that making it becomes the server's main work.
import type { RequestRecord } from '../records/schema.ts';
import type { Keeping } from '../util/answer-cache.ts';
import { isClosed, versionOf } from './present.ts';

const LEAST_MS = 1_000;
/** An answer about something that moves is kept for this many times what it took to make. */
const SHARE = 20;

export const requestAnswers: Keeping<RequestRecord> = {
  key: versionOf,
  keepMs: (request, tookMs) =>
    isClosed(request) ? Number.POSITIVE_INFINITY : Math.max(LEAST_MS, SHARE * tookMs),
};
