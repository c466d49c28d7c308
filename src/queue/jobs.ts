// The jobs: their names and what each is for, how their ids are made, how long a claim lasts.
import { createHash } from 'node:crypto';
import type { ClaimedImage, Job, JobData, JobName } from '../ports.ts';

interface Kind<Name extends JobName> {
  /** On the queue board. */
  title: string;
  /** What makes it this job and no other. */
  key(data: JobData[Name]): (string | number)[];
  /** How many a process does at once; what images it has room for is a matter of its settings. */
  atOnce?: number;
}

const JOBS: { [Name in JobName]: Kind<Name> } = {
  image: {
    title: 'Images to be fetched, made lighter and stored',
    key: ({ request_id, seq, claim }) => [request_id, seq, claim],
  },
  finish: {
    title: 'Requests whose files are to be written',
    key: ({ request_id }) => [request_id],
    atOnce: 2,
  },
  deliver: {
    title: 'Webhooks to be sent',
    key: ({ delivery_id }) => [delivery_id],
    atOnce: 10,
  },
};

export const JOB_NAMES = Object.keys(JOBS) as JobName[];

export const jobTitle = (name: JobName) => JOBS[name].title;

/** Something for every name. */
export function perJob<Value>(make: (name: JobName) => Value): Record<JobName, Value> {
  return Object.fromEntries(JOB_NAMES.map((name) => [name, make(name)])) as Record<JobName, Value>;
}

/** `images`: how many of these this process takes at once. */
export const concurrencyOf = (images: number) => perJob((name) => JOBS[name].atOnce ?? images);

/** Claims of a process that died are handed out again after it, where no shared queue notices sooner. */
export const LEASE_MS = 2 * 60_000;

/**
 * The same job always has the same id, and it tells nothing: ids are seen in Redis, on the queue board and in the log,
 * and who knows a request's id knows where its results are.
 */
function jobOf<Name extends JobName>(name: Name, data: JobData[Name]): Job<Name> {
  const words = [name, ...JOBS[name].key(data)].join(' ');
  return { id: createHash('sha256').update(words).digest('hex').slice(0, 32), name, data };
}

export const imageJob = (image: ClaimedImage) => jobOf('image', image);
export const finishJob = (requestId: string) => jobOf('finish', { request_id: requestId });
export const deliverJob = (deliveryId: string) => jobOf('deliver', { delivery_id: deliveryId });

/** What a job is about, for the log: its id does not say. */
export function aboutJob(data: Job['data']) {
  const { request_id, seq, delivery_id } = data as Partial<ClaimedImage & JobData['deliver']>;
  return { request: request_id, image: seq, delivery: delivery_id };
}
