// The files of a request and their links, by what they are for. While it runs they hold their place, so that nothing jumps.
import { addressOf, fetchFile } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { isClosed, type RequestState } from '../api/types.ts';
import { importerOf } from '../layouts.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { useTask } from '../parts/use-task.ts';

interface File {
  /** Beside the page. */
  path: string;
  /** The public address, which may be another one than this page has; null before it is there. */
  link: string | null;
  label: string;
  about: string;
}

/** The first is the one that most want. */
function filesOf(request: RequestState): File[] {
  const { request_id, images } = request;
  const importer = importerOf(request.profile);
  const file = (name: string, link: string | null, label: string, about: string): File => ({
    path: `${name}/${encodeURIComponent(request_id)}`,
    link,
    label,
    about,
  });
  const output = file(
    'output',
    request.output_url,
    'Your file with new columns',
    'the new links beside the old',
  );
  const again = file(
    'import',
    request.import_url,
    importer === null ? 'Ready to import' : `Ready to import into ${importer}`,
    'your file, the new links in it',
  );
  const failed = file('failed_csv', request.failed_csv_url, 'Failed rows', 'to mend and upload again');
  return [
    ...(importer === null ? [output, again] : [again, output]),
    file('report_csv', request.report_csv_url, 'Report', 'one line for each image'),
    ...(images.failed + images.cancelled > 0 ? [failed] : []),
    file('zip', request.zip_url, 'All images (ZIP)', 'with the files above'),
  ].filter(({ link }) => link !== null || !isClosed(request));
}

export function Downloads({ request }: { request: RequestState }) {
  const { key } = useSession();
  const fetching = useTask();
  const closed = isClosed(request);
  return (
    <section class="downloads" aria-label="Downloads">
      {filesOf(request).map(({ path, link, label, about }, index) => (
        <div key={path} class="download-item">
          {closed ? (
            <a
              class={index === 0 ? 'download primary' : 'download'}
              href={addressOf(path)}
              download=""
              onClick={(event) => {
                // A link sends no key, so here the page fetches the file itself.
                if (key === null) return;
                event.preventDefault();
                fetching.run(() => save(path));
              }}
            >
              <strong>{label}</strong>
              <small>{about}</small>
            </a>
          ) : (
            <span class="download to-come">
              <strong>{label}</strong>
              <small>there at the end</small>
            </span>
          )}
          {closed && <CopyButton text={link ?? addressOf(path)} of={label} />}
        </div>
      ))}
      <ErrorNote error={fetching.error} />
    </section>
  );
}

async function save(path: string): Promise<void> {
  const { blob, name } = await fetchFile(path);
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the blob over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
