// The first results, to see at a glance whether they are good.
import { useState } from 'preact/hooks';
import { listImages } from '../api/client.ts';
import type { ImageState, RequestState } from '../api/types.ts';
import { bytes, count, percent } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { useLoaded } from '../parts/use-loaded.ts';

const SHOWN = 24;

export function Gallery({ request }: { request: RequestState }) {
  const { processed } = request.images;
  const { value, error } = useLoaded(
    () => listImages(request.request_id, 'processed', SHOWN),
    `${request.request_id} ${request.completed_at}`,
  );
  return (
    <section class="panel" aria-labelledby="gallery-title">
      <h2 id="gallery-title">
        Pictures
        {processed > SHOWN && (
          <small class="soft">
            {' '}
            the first {SHOWN} of {count(processed)}
          </small>
        )}
      </h2>
      <ErrorNote error={error} />
      <ul class="gallery">
        {value
          ? value.images.map((image) => <Tile key={image.seq} image={image} />)
          : Array.from({ length: Math.min(SHOWN, processed) }, (_, index) => (
              <li key={index} class="tile empty" />
            ))}
      </ul>
    </section>
  );
}

function Tile({ image }: { image: ImageState }) {
  const [broken, setBroken] = useState(false);
  const { output_url, product_name, kept_original } = image;
  const [before, after] = [image.bytes_in ?? 0, image.bytes_out ?? 0];
  return (
    <li class="tile">
      <a href={output_url ?? undefined} target="_blank" rel="noreferrer">
        <span class="frame">
          {broken || output_url === null ? (
            <span class="soft">cannot be shown here</span>
          ) : (
            <img src={output_url} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
          )}
        </span>
        <span class="name">{product_name}</span>
      </a>
      <span class="sizes">
        {kept_original ? (
          <>
            {bytes(after)} <span class="soft">as it came</span>
          </>
        ) : (
          <>
            <span class="soft">{bytes(before)} →</span> {bytes(after)}{' '}
            <b>−{percent(Math.round((1 - after / before) * 100))}</b>
          </>
        )}
      </span>
    </li>
  );
}
