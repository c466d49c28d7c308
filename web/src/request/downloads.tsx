// The files of an ended request.
import { addressOf, csvPath, getCsv } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import type { CsvKind, RequestState } from '../api/types.ts';
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
  const files = request.failed_csv_url === null ? [OUTPUT, REPORT] : [OUTPUT, REPORT, FAILED];
  return (
    <section class="downloads" aria-label="Downloads">
      {files.map(({ kind, label, about }) => (
        <a
          key={kind}
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
      ))}
      <ErrorNote error={fetching.error} />
    </section>
  );
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
