// The span of one attempt at an image, made when it is over: its stages happened in another process.
import type { ClaimedImage, ImageOutcome, Stage, StageTimes } from '../ports.ts';
import { failSpan, hostAttribute, startSpan, tracing } from '../util/telemetry/trace.ts';

export interface Attempt {
  outcome: ImageOutcome;
  /** It failed and will be made again. */
  retried: boolean;
  stages: StageTimes;
  /** From being claimed by this process until now, in milliseconds. */
  totalMs: number;
  recordMs: number;
}

/** A trace of its own, so that a sampler may keep a few of a million; `request_id` finds those of a request. */
export function traceImage(
  image: ClaimedImage,
  { outcome, retried, stages, totalMs, recordMs }: Attempt,
): void {
  if (!tracing()) return;
  const now = Date.now();
  const span = startSpan('image', {
    startTime: now - totalMs,
    attributes: {
      request_id: image.request_id,
      row: image.row,
      position: image.position,
      attempt: image.attempts + 1,
      outcome: retried ? 'retry' : outcome.status,
      code: outcome.status === 'failed' ? outcome.code : '',
      ...hostAttribute(image.url),
    },
  });
  if (outcome.status === 'failed') failSpan(span, outcome.code);
  // They follow each other without a gap, and recording follows the last.
  const parts: [Stage | 'record', number][] = [
    ...(Object.entries(stages) as [Stage, number][]),
    ['record', recordMs],
  ];
  let at = now - parts.reduce((sum, [, ms]) => sum + ms, 0);
  for (const [name, ms] of parts) {
    startSpan(name, { parent: span, startTime: at }).end(at + ms);
    at += ms;
  }
  span.end(now);
}
