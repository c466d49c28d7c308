// The images of a request as a gallery: in the order of the file, or with those that saved least first.
import { useCallback, useState } from 'preact/hooks';
import type { ImageState, RequestState } from '../api/types.ts';
import { count } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { useImages } from '../parts/use-pages.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import { PictureDialog } from './picture-dialog.tsx';
import { Tile } from './tile.tsx';

type Sort = 'least_saved' | 'file';

/** As many as the server ranks. */
const RANKED = 1_000;
const MIN_TILE = 132;
const CAPTION = 62;

export function Pictures({ request }: { request: RequestState }) {
  const { request_id: requestId, images, completed_at } = request;
  const [sort, setSort] = useState<Sort>('least_saved');
  const [opened, setOpened] = useState<number | null>(null);
  const total = sort === 'file' ? images.total : Math.min(RANKED, images.processed);
  const list = useImages({ requestId, version: `${completed_at}`, total, sort });
  const close = useCallback(() => setOpened(null), []);
  return (
    <section class="panel" aria-labelledby="pictures-title">
      <div class="panel-head">
        <h2 id="pictures-title">
          Pictures{' '}
          <small class="soft">
            {total < images.total && sort === 'least_saved'
              ? `${count(total)} of ${count(images.total)}`
              : count(total)}
          </small>
        </h2>
        <fieldset class="segments">
          <legend class="sr-only">Order</legend>
          <button type="button" aria-pressed={sort === 'least_saved'} onClick={() => setSort('least_saved')}>
            Least saved first
          </button>
          <button type="button" aria-pressed={sort === 'file'} onClick={() => setSort('file')}>
            As in the file
          </button>
        </fieldset>
      </div>
      <ErrorNote error={list.error} />
      <VirtualList
        key={sort}
        label="Pictures"
        class="gallery"
        count={list.count}
        minColumn={MIN_TILE}
        rowHeight={(width) => width + CAPTION}
        onLook={list.look}
      >
        {(index) => {
          const image = list.at(index);
          return image ? (
            <Tile requestId={requestId} image={image} onOpen={() => setOpened(index)} />
          ) : (
            <span class="tile frame" />
          );
        }}
      </VirtualList>
      {opened !== null && (
        <Opened
          at={opened}
          count={list.count}
          image={list.at(opened)}
          onMove={setOpened}
          onClose={close}
          request={request}
          look={list.look}
        />
      )}
    </section>
  );
}

interface OpenedProps {
  at: number;
  count: number;
  image: ImageState | undefined;
  request: RequestState;
  look: (from: number, to: number) => void;
  onMove: (index: number) => void;
  onClose: () => void;
}

function Opened({ at, count: all, image, request, look, onMove, onClose }: OpenedProps) {
  const move = (by: number) => {
    const next = (at + by + all) % all;
    look(next, next + 1);
    onMove(next);
  };
  return (
    <PictureDialog
      requestId={request.request_id}
      image={image}
      place={`${count(at + 1)} of ${count(all)}`}
      onPrevious={() => move(-1)}
      onNext={() => move(1)}
      onClose={onClose}
    />
  );
}
