// What can be done with a request: cancel, retry, delete.
import { cancelRequest, deleteRequest, retryRequest } from '../api/client.ts';
import { isClosed, type RequestState } from '../api/types.ts';
import { counted } from '../format.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { useTask } from '../parts/use-task.ts';

interface Props {
  request: RequestState;
  /** It moves again, or in another way. */
  onAgain: () => void;
  onDeleted: () => void;
}

export function Actions({ request, onAgain, onDeleted }: Props) {
  const { busy, error, run } = useTask();
  const { request_id: id, images, status } = request;
  const closed = isClosed(request);
  const act = (work: (id: string) => Promise<unknown>, after: () => void) =>
    run(async () => {
      await work(id);
      after();
    });
  return (
    <div class="actions">
      {!closed && status !== 'cancelled' && (
        <ConfirmButton
          label="Cancel"
          question="Stop here? What is done stays."
          confirm="Stop"
          disabled={busy}
          onConfirm={() => act(cancelRequest, onAgain)}
        />
      )}
      {closed && images.failed + images.cancelled > 0 && (
        <button type="button" disabled={busy} onClick={() => act(retryRequest, onAgain)}>
          {images.cancelled > 0
            ? `Go on with ${counted(images.failed + images.cancelled, 'image')}`
            : `Retry ${counted(images.failed, 'failed image')}`}
        </button>
      )}
      {closed && (
        <ConfirmButton
          label="Delete"
          question="Its images and files are deleted too."
          confirm="Delete for good"
          disabled={busy}
          onConfirm={() => act(deleteRequest, onDeleted)}
        />
      )}
      <ErrorNote error={error} />
    </div>
  );
}
