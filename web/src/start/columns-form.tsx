// Naming the columns of a file that calls them something else.
import { useState } from 'preact/hooks';
import type { CsvProblem } from '../api/types.ts';
import type { Settings } from './draft.ts';

interface Props {
  settings: Settings;
  problems: CsvProblem[];
  onColumns: (columns: Pick<Settings, 'url_column' | 'name_column'>) => void;
}

export function ColumnsForm({ settings, problems, onColumns }: Props) {
  const [url, setUrl] = useState(settings.url_column);
  const [name, setName] = useState(settings.name_column);
  const serialMissing = problems.some(({ code, column }) => code === 'missing_column' && column === 'S. No.');
  return (
    <form
      class="columns"
      onSubmit={(event) => {
        event.preventDefault();
        onColumns({ url_column: url.trim(), name_column: name.trim() });
      }}
    >
      <p>
        If your file calls its columns something else, write their names as they stand in the header.
        {serialMissing && ' With both named, “S. No.” may be missing.'}
      </p>
      <div class="fields">
        <label>
          Image URL column
          <input
            name="url_column"
            value={url}
            maxLength={200}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </label>
        <label>
          Product name column
          <input
            name="name_column"
            value={name}
            maxLength={200}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={url.trim() === '' && name.trim() === ''}>
          Check again
        </button>
      </div>
    </form>
  );
}
