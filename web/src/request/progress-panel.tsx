// A request on its way: percent, counts, speed, time left and bytes saved so far.
import type { RequestState } from '../api/types.ts';
import { bytes, count, duration, percent, rate } from '../format.ts';
import { Figure } from '../parts/figure.tsx';
import { usePace } from './pace.ts';

export function ProgressPanel({ request }: { request: RequestState }) {
  const { images, progress } = request;
  const pace = usePace(request);
  const saved = request.bytes.in - request.bytes.out;
  const finishing = images.pending === 0;
  return (
    <section class="panel progress" aria-label="Progress">
      <div class="headline">
        <strong class="huge">{progress} %</strong>
        <span class="soft">{doing(request)}</span>
      </div>
      <progress max={100} value={progress} aria-label="Progress" />
      {/* Only every tenth percent is read out. */}
      <p class="sr-only" role="status">
        {Math.floor(progress / 10) * 10} percent
      </p>
      <dl class="figures">
        <Figure label="Done" value={count(images.processed)} />
        <Figure label="Failed" value={count(images.failed)} bad={images.failed > 0} />
        <Figure label="To do" value={count(images.pending)} />
        <Figure label="Images a second" value={pace && !finishing ? rate(pace.perSecond) : '…'} />
        <Figure
          label="Time left"
          value={pace?.secondsLeft != null && !finishing ? duration(pace.secondsLeft) : '…'}
        />
        <Figure
          label="Saved so far"
          value={bytes(saved)}
          note={saved > 0 ? percent(request.bytes.saved_percent) : ''}
        />
      </dl>
    </section>
  );
}

function doing({ status, images, started_at }: RequestState): string {
  if (status === 'cancelled') return 'cancelled; the files of what is done are being written';
  if (images.pending === 0) return 'all images have ended; the files are being written';
  if (started_at === null) return 'waiting for its turn';
  return `of ${count(images.total)} images`;
}
