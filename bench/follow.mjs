// Asks for a request's status at a steady pace, as a page would, and keeps how long each answer took.
import { quantile } from './figures.mjs';
import { get } from './server.mjs';

const EVERY_MS = 200;
const STALLED_MS = 120_000;

/**
 * Polls GET /status/{id}. The pace does not wait for answers: while one is late, those asked meanwhile are late too and
 * count. `onStatus` gets every answer; `fault` resolves to the first error. `stop()` resolves to the figures.
 */
export function pollStatus(server, id, onStatus = () => {}) {
  const times = [];
  const due = new Set();
  let report;
  const fault = new Promise((resolve) => {
    report = resolve;
  });
  async function ask() {
    const { status, text, ms } = await get(`${server.url}/status/${id}`);
    times.push(ms);
    if (status !== 200) throw new Error(`GET /status was answered with ${status}: ${text.slice(0, 300)}`);
    onStatus(JSON.parse(text));
  }
  const timer = setInterval(() => {
    const asked = ask()
      .catch(report)
      .finally(() => due.delete(asked));
    due.add(asked);
  }, EVERY_MS);
  return {
    fault,
    async stop() {
      clearInterval(timer);
      await Promise.all(due);
      return timesOf(times);
    },
  };
}

/** What many answer times come to. */
export function timesOf(times) {
  return { answers: times.length, p95Ms: quantile(times, 0.95), worstMs: Math.max(...times), times };
}

/**
 * Follows a request to its end: resolves to its last status and the times of the answers. Rejects when the server ends,
 * an image fails, nothing moves any more, or the counts are not exactly `images`.
 */
export async function followToEnd({ server, id, images, onStatus = () => {} }) {
  let poll;
  const over = new Promise((resolve, reject) => {
    let ended = -1;
    let movedAt = Date.now();
    poll = pollStatus(server, id, (status) => {
      const { processed, failed } = status.images;
      // Answers may overtake each other.
      if (processed + failed < ended) return;
      if (processed + failed > ended) movedAt = Date.now();
      ended = processed + failed;
      onStatus(status);
      if (failed > 0) reject(new Error(`${failed} of ${images} images failed`));
      else if (status.completed_at !== null && status.output_csv_url !== null) resolve(status);
      else if (Date.now() - movedAt > STALLED_MS) {
        reject(new Error(`nothing moved for ${STALLED_MS / 1000} s at ${processed} of ${images} images`));
      }
    });
    poll.fault.then(reject);
    server.ended.catch(reject);
  });
  try {
    const status = await over;
    const { total, processed, failed } = status.images;
    if (status.status !== 'completed' || total !== images || processed !== images || failed !== 0) {
      throw new Error(
        `expected ${images} images processed: ${status.status}, ${JSON.stringify(status.images)}`,
      );
    }
    return { status, answers: await poll.stop() };
  } catch (error) {
    void poll.stop();
    throw error;
  }
}
