// What works but may not be meant, and what whoever imports the file again should know. It stops nothing.
import type { Validation } from '../api/types.ts';
import { count } from '../format.ts';
import { formatAdvice, importColumn, importerOf } from '../layouts.ts';
import { BaseUrlForm } from './base-url-form.tsx';
import type { Settings } from './draft.ts';
import { whereOf } from './recognised.ts';

interface Props {
  found: Validation;
  settings: Settings;
  onChange: (changed: Partial<Settings>) => void;
}

type Warning = Validation['warnings'][number];

/** Of those that rows have: one, several. */
const TITLES: Record<string, readonly [string, string]> = {
  invalid_url: [
    'text that is no address: its image will fail',
    'texts that are no addresses: their images will fail',
  ],
  second_url: ['address with another inside', 'addresses with another inside'],
  joined_cells: ['list of addresses without quotes', 'lists of addresses without quotes'],
  longer_than_excel: ['cell that Excel would cut off', 'cells that Excel would cut off'],
  stray_quote: ['cell with text behind its closing quote', 'cells with text behind their closing quotes'],
};

export function Warnings({ found, settings, onChange }: Props) {
  const ofFile = found.warnings.filter(({ row, code }) => row === null && code !== 'write_to');
  const ofRows = found.warnings.filter(({ row }) => row !== null);
  return (
    <>
      <ImportColumn found={found} settings={settings} onChange={onChange} />
      {ofFile.map((warning) => (
        <div class="note" key={warning.message}>
          <Note warning={warning} found={found} settings={settings} onChange={onChange} />
        </div>
      ))}
      {[...new Set(ofRows.map(({ code }) => code))].map((code) => (
        <Group
          key={code}
          code={code}
          total={found.warning_counts[code] ?? 0}
          warnings={ofRows.filter((warning) => warning.code === code)}
        />
      ))}
    </>
  );
}

function Note({ warning, found, settings, onChange }: Props & { warning: Warning }) {
  const { code, message } = warning;
  if (code === 'relative_paths')
    return <BaseUrlForm question={warning} settings={settings} onChange={onChange} />;
  const where = whereOf(warning);
  const advice = code === 'formats' ? formatAdvice(found.profile) : null;
  return (
    <>
      <p>
        {where && `${where}: `}
        {message}.
      </p>
      {advice !== null &&
        (settings.format === 'same' || advice.refused.includes(settings.format) ? (
          <button type="button" onClick={() => onChange({ format: advice.safe.format })}>
            Deliver everything as {advice.safe.label}
          </button>
        ) : (
          <p class="soft">The chosen format is taken.</p>
        ))}
    </>
  );
}

function ImportColumn({ found, settings, onChange }: Props) {
  const column = importColumn(found.profile);
  if (column === null || settings.url_column !== null) return null;
  return (
    <div>
      <label class="check-box">
        <input
          type="checkbox"
          name="write_to"
          checked={settings.write_to === 'profile'}
          onChange={(event) => onChange({ write_to: event.currentTarget.checked ? 'profile' : 'in_place' })}
        />
        Write the new links into “{column}”
      </label>
      <small class="soft">
        {importerOf(found.profile)} reads new pictures from that column, not from the one it exports. Without
        the tick, the new links take the place of the old ones.
      </small>
    </div>
  );
}

function Group({ code, total, warnings }: { code: string; total: number; warnings: Warning[] }) {
  const [one, several] = TITLES[code] ?? [code, code];
  return (
    <details class="note">
      <summary>
        {count(total)} {total === 1 ? one : several}
      </summary>
      <ul>
        {warnings.map((warning) => (
          <li key={`${warning.row} ${warning.column} ${warning.message}`}>
            {whereOf(warning)}: {warning.message}
            {warning.column !== null && <span class="soft"> ({warning.column})</span>}
          </li>
        ))}
        {total > warnings.length && <li class="soft">And {count(total - warnings.length)} more.</li>}
      </ul>
    </details>
  );
}
