// What a job is about, for the log: its id does not say.
import type { ClaimedImage, Job } from '../ports.ts';

export function namesOf(data: Job['data']) {
  const { request_id, seq, delivery_id } = data as Partial<ClaimedImage & Job<'deliver'>['data']>;
  return { request: request_id, image: seq, delivery: delivery_id };
}
