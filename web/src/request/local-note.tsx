// Says so when the new links lead to this machine only: a shop that imports them would find nothing.
import { isLoopbackUrl } from '../../../src/util/loopback.ts';
import { listImages } from '../api/client.ts';
import type { RequestState } from '../api/types.ts';
import { useLoaded } from '../parts/use-loaded.ts';

export function LocalNote({ request }: { request: RequestState }) {
  const { output_url: file } = request;
  return file !== null && isLoopbackUrl(file) ? <OfImages request={request} file={file} /> : null;
}

/** The images may be in a storage with addresses of its own. Until that is known the note stands, so that nothing jumps. */
function OfImages({ request, file }: { request: RequestState; file: string }) {
  const { request_id: id, completed_at } = request;
  const { value } = useLoaded(
    () => listImages(id, { cursor: null, limit: 1, sort: 'least_saved' }),
    `${id} ${completed_at}`,
  );
  const link = value?.images[0]?.output_url ?? file;
  if (!isLoopbackUrl(link)) return null;
  return (
    <p class="note" role="note">
      The new links begin with {new URL(link).origin}: they lead to this machine only, and no shop can fetch
      them. Whoever runs this server can set <code>PUBLIC_URL</code>, or a storage with public addresses.
    </p>
  );
}
