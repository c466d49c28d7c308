// The columns that hold addresses and are not used: one click uses one of them.
import type { Validation } from '../api/types.ts';
import type { Settings } from './draft.ts';
import { columnName } from './recognised.ts';

interface Props {
  found: Validation;
  settings: Settings;
  onChange: (changed: Partial<Settings>) => void;
}

/** The others are in the form with all columns. */
const SHOWN = 6;

export function Candidates({ found, settings, onChange }: Props) {
  const used = settings.url_column ?? found.columns?.urls.map((column) => `#${column}`) ?? [];
  const others = found.candidates.filter(({ column }) => !used.includes(`#${column}`));
  if (others.length === 0) return null;
  const instead = used.length > 0;
  return (
    <div class="candidates">
      <h2>{instead ? 'Other columns with addresses' : 'Columns with addresses'}</h2>
      <ul>
        {others.slice(0, SHOWN).map(({ column, example, why }) => (
          <li key={column}>
            <button type="button" class="slim" onClick={() => onChange({ url_column: [`#${column}`] })}>
              Use “{columnName(found, column)}”{instead && ' instead'}
            </button>
            <span>
              <span class="url">{example}</span> <small class="soft">{why}</small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
