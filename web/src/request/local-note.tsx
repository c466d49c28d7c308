// Says so when the new links lead to this machine only: a shop that imports them would find nothing.
import { isLoopbackUrl } from '../../../src/util/loopback.ts';
import { listImages } from '../api/client.ts';
import type { RequestState } from '../api/types.ts';
import { useLoaded } from '../parts/use-loaded.ts';

export function LocalNote({ request: { request_id: id, completed_at } }: { request: RequestState }) {
  const { value } = useLoaded(
    () => listImages(id, { cursor: null, limit: 1, sort: 'least_saved' }),
    `${id} ${completed_at}`,
  );
  const link = value?.images[0]?.output_url;
  if (!link || !isLoopbackUrl(new URL(link, document.baseURI).href)) return null;
  return (
    <p class="note" role="note">
      The new links begin with {new URL(link, document.baseURI).origin}: they lead to this machine only, and
      no shop can fetch them. Whoever runs this server can set <code>PUBLIC_URL</code>, or a storage with
      public addresses.
    </p>
  );
}
