// One image large: the original against the result, with its figures, and on to the next.
import { useEffect, useRef } from 'preact/hooks';
import { meaningOf } from '../../../src/meanings.ts';
import { ApiError, picturePath } from '../api/client.ts';
import type { ImageState } from '../api/types.ts';
import { useFetchedPicture } from '../api/use-picture.ts';
import { bytes, count, formatName, percent } from '../format.ts';
import { Compare } from '../parts/compare.tsx';
import { CopyButton } from '../parts/copy-button.tsx';

interface Props {
  requestId: string;
  /** undefined while it is on its way. */
  image: ImageState | undefined;
  place: string;
  onPrevious: () => void;
  onNext: () => void;
  onClose: () => void;
}

export function PictureDialog({ requestId, image, place, onPrevious, onNext, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const path = (which: 'original' | 'result') =>
    image?.status === 'processed' ? picturePath(requestId, image.seq, which) : null;
  const original = useFetchedPicture(path('original'));
  const result = useFetchedPicture(path('result'));
  return (
    <dialog ref={dialog} class="picture-dialog" aria-labelledby="picture-title" onClose={onClose}>
      <header>
        <h2 id="picture-title">{image?.product_name ?? '…'}</h2>
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <Compare
        key={image?.seq}
        name={image?.product_name ?? 'Picture'}
        before={original.src}
        after={result.src}
        beforeNote={image?.bytes_in == null ? '' : bytes(image.bytes_in)}
        afterNote={image?.bytes_out == null ? '' : bytes(image.bytes_out)}
        busy={image?.status === 'processed' && result.src === null && result.error === null}
      />
      {original.error !== null && <NoOriginal error={original.error} />}
      {result.error !== null && (
        <p class="note bad">The result cannot be shown: its file is not there any more.</p>
      )}
      {image && <Facts image={image} />}
      <footer>
        <button type="button" onClick={onPrevious}>
          Previous
        </button>
        <span class="soft" role="status">
          {place}
        </span>
        <button type="button" onClick={onNext}>
          Next
        </button>
      </footer>
    </dialog>
  );
}

function NoOriginal({ error }: { error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  const failed = error instanceof ApiError && error.problem?.code === 'image_failed';
  return (
    <p class="note" role="status">
      The original cannot be shown: {failed ? meaningOf(message.split(':')[0]!).what : message} To compare
      later, tick “Keep the originals” with the next upload.
    </p>
  );
}

function Facts({ image }: { image: ImageState }) {
  const {
    row,
    position,
    status,
    width,
    height,
    format,
    quality,
    kept_original,
    bytes_in,
    bytes_out,
    output_url,
  } = image;
  const saved = bytes_in && bytes_out !== null ? Math.round((1 - bytes_out / bytes_in) * 100) : 0;
  const facts = [
    `Row ${count(row)}, image ${position}`,
    width !== null && height !== null ? `${width} × ${height} px` : '',
    format === null ? '' : formatName(format),
    quality === null ? '' : `quality ${quality}`,
    status !== 'processed' ? status : kept_original ? 'delivered as it came' : `${percent(saved)} lighter`,
  ];
  return (
    <div class="facts">
      <p>{facts.filter(Boolean).join(' · ')}</p>
      {output_url !== null && <CopyButton text={output_url} of="this picture" />}
    </div>
  );
}
