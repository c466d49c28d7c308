// What the check of the chosen file says: counts, or what to mend.
import { useState } from 'preact/hooks';
import type { CsvProblem, Validation } from '../api/types.ts';
import { counted } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { ColumnsForm } from './columns-form.tsx';
import type { Settings } from './draft.ts';
import { ProblemsTable } from './problems-table.tsx';
import type { Check } from './use-draft.ts';

interface Props {
  check: Check;
  settings: Settings;
  onColumns: (columns: Pick<Settings, 'url_column' | 'name_column'>) => void;
  onCheckAgain: () => void;
}

export function CheckPanel({ check, settings, onColumns, onCheckAgain }: Props) {
  return (
    <div class="check" aria-live="polite">
      {check.state === 'none' && (
        <p class="soft">Every line is checked at once. Nothing is stored until you press Start.</p>
      )}
      {check.state === 'checking' && <p class="verdict soft">Checking every line…</p>}
      {check.state === 'failed' && (
        <ErrorNote error={check.error}>
          <button type="button" onClick={onCheckAgain}>
            Check again
          </button>
        </ErrorNote>
      )}
      {check.state === 'checked' && check.found.valid && (
        <Fine found={check.found} settings={settings} onColumns={onColumns} />
      )}
      {check.state === 'checked' && !check.found.valid && (
        <section class="panel" aria-label="Problems of the file">
          <Verdict problems={check.found.problems} />
          {check.found.problems.some(aboutColumns) && check.found.header.length > 1 && (
            <ColumnsForm settings={settings} found={check.found} onColumns={onColumns} />
          )}
          <ProblemsTable problems={check.found.problems} />
        </section>
      )}
    </div>
  );
}

function Fine({ found, settings, onColumns }: Pick<Props, 'settings' | 'onColumns'> & { found: Validation }) {
  const [choosing, setChoosing] = useState(false);
  const { products, images, hosts, warnings } = found;
  return (
    <>
      <p class="verdict good">
        <strong>
          {counted(products, 'product')}, {counted(images, 'image')}
        </strong>{' '}
        on {counted(hosts, 'host')}. No problem found.{' '}
        <button
          type="button"
          class="link as-link"
          aria-expanded={choosing}
          onClick={() => setChoosing(!choosing)}
        >
          Use other columns
        </button>
      </p>
      {choosing && (
        <ColumnsForm
          settings={settings}
          found={found}
          onColumns={(columns) => {
            setChoosing(false);
            onColumns(columns);
          }}
        />
      )}
      {warnings.length > 0 && (
        <details class="note">
          <summary>{counted(warnings.length, 'thing')} to look at, which stop nothing</summary>
          <ul>
            {warnings.map(({ line, code, message }) => (
              <li key={`${line} ${code}`}>
                Line {line}: {message}.
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function aboutColumns({ code }: CsvProblem): boolean {
  return code === 'missing_column' || code === 'ambiguous_column';
}

function Verdict({ problems }: { problems: CsvProblem[] }) {
  const cut = problems.at(-1)?.code === 'too_many_problems';
  const listed = cut ? problems.length - 1 : problems.length;
  const it = listed === 1 ? 'it' : 'them';
  return (
    <p class="verdict bad">
      <strong>{cut ? `More than ${counted(listed, 'problem')}` : counted(listed, 'problem')}</strong>{' '}
      {problems.some(aboutColumns)
        ? 'Choose the columns below, or mend the file and drop it again.'
        : `Mend ${it} in the file and drop it again.`}{' '}
      Nothing was started.
    </p>
  );
}
