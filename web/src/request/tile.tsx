// One image in the gallery: its result and what it saved, or why there is none. A click compares it with its original.
import { useState } from 'preact/hooks';
import { meaningOf } from '../../../src/meanings.ts';
import type { ImageState } from '../api/types.ts';
import { useResult } from '../api/use-picture.ts';
import { bytes, change } from '../format.ts';

interface Props {
  requestId: string;
  image: ImageState;
  onOpen: () => void;
}

export function Tile({ requestId, image, onOpen }: Props) {
  const { product_name, status, error } = image;
  return (
    <div class="tile">
      {status === 'processed' ? (
        <button
          type="button"
          class="frame"
          onClick={onOpen}
          aria-label={`Compare ${product_name}, row ${image.row}`}
        >
          <Result requestId={requestId} image={image} />
        </button>
      ) : (
        <span class="frame none">{error ? meaningOf(error.code).what : status}</span>
      )}
      <span class="name" title={product_name}>
        {product_name}
      </span>
      <Sizes image={image} />
    </div>
  );
}

function Result({ requestId, image }: Pick<Props, 'requestId' | 'image'>) {
  const [broken, setBroken] = useState(false);
  const { src, error } = useResult(requestId, image);
  if (broken || error !== null) return <span class="soft">cannot be shown here</span>;
  if (src === null) return null;
  return <img src={src} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />;
}

function Sizes({ image: { status, bytes_in, bytes_out, kept_original, error } }: { image: ImageState }) {
  if (status !== 'processed') return <code class="sizes">{error?.code}</code>;
  const [before, after] = [bytes_in ?? 0, bytes_out ?? 0];
  if (kept_original)
    return (
      <span class="sizes">
        {bytes(after)} <span class="soft">as it came</span>
      </span>
    );
  return (
    <span class="sizes">
      <span class="soft">{bytes(before)} →</span> {bytes(after)} <b>{change(before, after)}</b>
    </span>
  );
}
