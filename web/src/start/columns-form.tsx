// Saying which columns of the file hold the links and the names, when the file calls them something else.
import { useState } from 'preact/hooks';
import type { Validation } from '../api/types.ts';
import type { Settings } from './draft.ts';

interface Props {
  settings: Settings;
  found: Validation;
  onColumns: (columns: Pick<Settings, 'url_column' | 'name_column'>) => void;
}

export function ColumnsForm({ settings, found, onColumns }: Props) {
  const { header, columns, problems } = found;
  const [url, setUrl] = useState(settings.url_column || (columns?.url ?? ''));
  const [name, setName] = useState(settings.name_column || (columns?.name ?? ''));
  const serialMissing = problems.some(({ code, column }) => code === 'missing_column' && column === 'S. No.');
  // A name that stands there twice or is empty says nothing.
  const names = [...new Set(header)].filter((text) => text !== '');
  return (
    <form
      class="columns"
      onSubmit={(event) => {
        event.preventDefault();
        onColumns({ url_column: url, name_column: name });
      }}
    >
      <p>
        Which column holds what? {serialMissing && 'With both chosen, the file needs no “S. No.” column.'}
      </p>
      <div class="fields">
        <Choice name="url_column" label="Image URL column" names={names} value={url} onChange={setUrl} />
        <Choice
          name="name_column"
          label="Product name column"
          names={names}
          value={name}
          onChange={setName}
        />
        <button type="submit" disabled={url === '' && name === ''}>
          Use these
        </button>
      </div>
    </form>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  names: string[];
  value: string;
  onChange: (value: string) => void;
}

function Choice({ name, label, names, value, onChange }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">Choose…</option>
        {names.map((column) => (
          <option key={column} value={column}>
            {column}
          </option>
        ))}
      </select>
    </label>
  );
}
