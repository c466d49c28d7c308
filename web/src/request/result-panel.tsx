// What a request came to: how much lighter, and how many images.
import type { RequestState } from '../api/types.ts';
import { bytes, count, counted, percent } from '../format.ts';
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
      {images.processed > 0 && <Halves before={size.in} after={size.out} />}
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

/** Two bars to one scale. As SVG, since the page's security policy takes no style attributes. */
function Halves({ before, after }: { before: number; after: number }) {
  const share = before === 0 ? 0 : Math.max(0.5, (after * 100) / before);
  return (
    <dl class="halves">
      <dt>Before</dt>
      <dd>
        <svg aria-hidden="true">
          <rect class="before" width="100%" height="100%" rx="4" />
        </svg>
        <span>{bytes(before)}</span>
      </dd>
      <dt>After</dt>
      <dd>
        <svg aria-hidden="true">
          <rect class="after" width={`${share}%`} height="100%" rx="4" />
        </svg>
        <span>{bytes(after)}</span>
      </dd>
    </dl>
  );
}

function nothing({ status, images }: RequestState): string {
  if (status === 'cancelled') return 'was processed: the request was cancelled before its first image';
  return `could be processed: ${counted(images.failed, 'image')} failed, see below why`;
}
