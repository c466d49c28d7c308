// What a request came to: how much lighter, and how many images.
import type { RequestState } from '../api/types.ts';
import { bytes, count, counted, percent } from '../format.ts';
import { Bar } from '../parts/bar.tsx';
import { Figure } from '../parts/figure.tsx';

export function ResultPanel({ request }: { request: RequestState }) {
  const { images, bytes: size, products } = request;
  return (
    <section class="panel result" aria-label="Result">
      <div class="headline" role="status">
        {images.processed > 0 ? (
          <>
            <strong class="huge">{percent(size.saved_percent)}</strong>
            <span class="soft">lighter: {bytes(size.in - size.out)} saved</span>
          </>
        ) : (
          <>
            <strong class="huge none">Nothing</strong>
            <span class="soft">{nothing(request)}</span>
          </>
        )}
      </div>
      {images.processed > 0 && (
        <dl class="halves">
          <dt>Before</dt>
          <dd>
            <Bar kind="before" share={1} />
            <span>{bytes(size.in)}</span>
          </dd>
          <dt>After</dt>
          <dd>
            <Bar kind="after" share={size.out / Math.max(1, size.in)} />
            <span>{bytes(size.out)}</span>
          </dd>
        </dl>
      )}
      <dl class="figures">
        <Figure label="Products" value={count(products)} />
        <Figure label="Images" value={count(images.total)} />
        <Figure label="Delivered" value={count(images.processed)} />
        <Figure label="Failed" value={count(images.failed)} bad={images.failed > 0} />
        {images.cancelled > 0 && <Figure label="Cancelled" value={count(images.cancelled)} />}
      </dl>
    </section>
  );
}

function nothing({ status, images }: RequestState): string {
  if (status === 'cancelled') return 'was processed: the request was cancelled before its first image';
  return `could be processed: ${counted(images.failed, 'image')} failed, see below why`;
}
