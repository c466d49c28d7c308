// The files of a request and their links. While it runs they hold their place, so that nothing jumps when they are there.
import { addressOf, csvPath, getCsv } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { type CsvKind, isClosed, type RequestState } from '../api/types.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { useTask } from '../parts/use-task.ts';

interface File {
  kind: CsvKind;
  label: string;
  about: string;
}

const OUTPUT: File = { kind: 'output', label: 'Output CSV', about: 'your file and the new links' };
const REPORT: File = { kind: 'report', label: 'Report CSV', about: 'one line for each image' };
const FAILED: File = { kind: 'failed', label: 'Failed CSV', about: 'to mend and upload again' };

export function Downloads({ request }: { request: RequestState }) {
  const { key } = useSession();
  const fetching = useTask();
  const { request_id: id } = request;
  const closed = isClosed(request);
  const failed = closed ? request.failed_csv_url !== null : request.images.failed > 0;
  const files = failed ? [OUTPUT, REPORT, FAILED] : [OUTPUT, REPORT];
  if (!closed) {
    return (
      <section class="downloads" aria-label="Downloads">
        {files.map(({ kind, label }) => (
          <div key={kind} class="download-item">
            <span class="download to-come">
              <strong>{label}</strong>
              <small>there at the end</small>
            </span>
          </div>
        ))}
      </section>
    );
  }
  return (
    <section class="downloads" aria-label="Downloads">
      {files.map(({ kind, label, about }) => (
        <div key={kind} class="download-item">
          <a
            class={kind === 'output' ? 'download primary' : 'download'}
            href={addressOf(csvPath(kind, id))}
            download={`${kind}.csv`}
            onClick={(event) => {
              // A link sends no key, so here the page fetches the file itself.
              if (key === null) return;
              event.preventDefault();
              fetching.run(() => save(kind, id));
            }}
          >
            <strong>{label}</strong>
            <small>{about}</small>
          </a>
          <CopyButton text={linkOf(request, kind)} of={label} />
        </div>
      ))}
      <ErrorNote error={fetching.error} />
    </section>
  );
}

/** The public address, which may be another one than this page has. */
function linkOf(request: RequestState, kind: CsvKind): string {
  return request[`${kind}_csv_url`] ?? addressOf(csvPath(kind, request.request_id));
}

async function save(kind: CsvKind, id: string): Promise<void> {
  const address = URL.createObjectURL(await getCsv(kind, id));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${kind}.csv`;
  link.click();
  // The browser has taken the blob over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
