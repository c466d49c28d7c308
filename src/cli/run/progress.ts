// Progress of `halve run` on stderr: a bar with rate and time left on a terminal, plain lines everywhere else.
import { Presets, SingleBar } from 'cli-progress';
import type { RequestRecord } from '../../records/schema.ts';

export interface Progress {
  update(request: RequestRecord): void;
  stop(): void;
}

const LINE_EVERY_MS = 5_000;

export function openProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? openBar(stream) : openLines(stream);
}

function openBar(stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar(
    {
      stream,
      format:
        '{bar} {percentage} % | {value}/{total} images, {failed} failed | {rate} images/s | {eta_formatted} left',
      hideCursor: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  const rate = createRate();
  let started = false;
  return {
    update({ images_total, images_processed, images_failed }) {
      const done = images_processed + images_failed;
      const payload = { failed: images_failed, rate: rate(done).toFixed(1) };
      if (started) bar.update(done, payload);
      else bar.start(images_total, done, payload);
      started = true;
    },
    stop: () => bar.stop(),
  };
}

function openLines(stream: NodeJS.WriteStream): Progress {
  const rate = createRate();
  let lastAt = 0;
  let lastDone = -1;
  return {
    update({ images_total, images_processed, images_failed, completed_at }) {
      const done = images_processed + images_failed;
      const now = performance.now();
      const due = lastDone < 0 || completed_at !== null || now - lastAt >= LINE_EVERY_MS;
      if (!due || done === lastDone) return;
      lastAt = now;
      lastDone = done;
      const perSecond = rate(done);
      const left = perSecond > 0 ? `, ${Math.round((images_total - done) / perSecond)} s left` : '';
      stream.write(
        `${Math.floor((done * 100) / images_total)} % ${done}/${images_total} images, ${images_failed} failed, ${perSecond.toFixed(1)} images/s${left}\n`,
      );
    },
    stop() {},
  };
}

/** Images a second since this run began: what an earlier run did does not count. */
function createRate(): (done: number) => number {
  let first: { done: number; at: number } | undefined;
  return (done) => {
    first ??= { done, at: performance.now() };
    const seconds = (performance.now() - first.at) / 1000;
    return seconds > 0 ? (done - first.done) / seconds : 0;
  };
}
