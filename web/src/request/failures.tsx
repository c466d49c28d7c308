// The images that failed, grouped by why.
import { listImages } from '../api/client.ts';
import type { ImageState, RequestState } from '../api/types.ts';
import { count, counted } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { meaningOf } from './meanings.ts';

const SHOWN = 100;

export function Failures({ request }: { request: RequestState }) {
  const { failed } = request.images;
  const { value, error } = useLoaded(
    () => listImages(request.request_id, 'failed', SHOWN),
    `${request.request_id} ${request.completed_at}`,
  );
  return (
    <section class="panel failures" aria-labelledby="failures-title">
      <h2 id="failures-title">{counted(failed, 'image')} failed</h2>
      <ErrorNote error={error} />
      {failed > SHOWN && (
        <p class="soft">Here are the first {count(SHOWN)}; the failed CSV and the report have all of them.</p>
      )}
      {value &&
        groupsOf(value.images).map(([code, images]) => <Group key={code} code={code} images={images} />)}
    </section>
  );
}

function Group({ code, images }: { code: string; images: ImageState[] }) {
  const { what, who } = meaningOf(code);
  return (
    <details class="group" open={images.length <= 10}>
      <summary>
        <span class="tally">{images.length}</span> {what} <code>{code}</code>
      </summary>
      <p class="soft">Who can mend it? {who}</p>
      <ScrollBox label={`Images with ${code}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Position</th>
              <th scope="col">Link</th>
              <th scope="col">Message</th>
            </tr>
          </thead>
          <tbody>
            {images.map(({ seq, row, position, input_url, error }) => (
              <tr key={seq}>
                <td class="number">{count(row)}</td>
                <td class="number">{position}</td>
                <td class="url">{input_url}</td>
                <td class="message">{error?.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  );
}

/** The most frequent code first. */
function groupsOf(images: ImageState[]): [string, ImageState[]][] {
  const groups = new Map<string, ImageState[]>();
  for (const image of images) {
    const code = image.error?.code ?? 'unknown';
    const group = groups.get(code);
    if (group) group.push(image);
    else groups.set(code, [image]);
  }
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}
