// Reads Retry-After (RFC 9110, 10.2.3), which strangers write.

/** An HTTP date begins with its day; `Date.parse` alone would take `12`, `-5` and `May` for dates. */
const DAY = /^(?:mon|tue|wed|thu|fri|sat|sun)/i;
/** Ends in a time or a year: the form of asctime, which names no zone and means GMT. */
const WITHOUT_ZONE = /(?::\d\d| \d{4})$/;

/**
 * Milliseconds from `now` (since the epoch) that the header asks to wait: 0 for a date that is over, at most `longestMs`,
 * since it must not park anything for years. Null when it is neither seconds nor a date. Of several the first counts.
 */
export function retryAfterMs(
  header: string | string[] | undefined,
  { now, longestMs }: { now: number; longestMs: number },
): number | null {
  const text = [header ?? ''].flat()[0]?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, longestMs);
  const date = DAY.test(text) ? Date.parse(WITHOUT_ZONE.test(text) ? `${text} GMT` : text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.min(Math.max(date - now, 0), longestMs);
}
