// All that can be said of how a file is read: which columns hold what, and where its table begins. A change is checked at once.
import { useEffect, useState } from 'preact/hooks';
import { ENCODINGS } from '../../../src/table/text/encoding-list.ts';
import type { Validation } from '../api/types.ts';
import { LAYOUTS } from '../layouts.ts';
import { FOUND_OUT, type Settings, type TableSettings } from './draft.ts';
import { columnName, columnsOf } from './recognised.ts';

interface Props {
  found: Validation;
  settings: Settings;
  /** The file cannot be read without an answer from here. */
  asked: boolean;
  onChange: (changed: Partial<TableSettings>) => void;
}

const PROFILE_CHOICES = [['auto', 'Find it out'], ['none', 'None: go by the content'], ...LAYOUTS] as const;
const ROWS_CHOICES = [
  ['', 'As the layout has it'],
  ['lenient', 'Pass through as they are'],
  ['strict', 'Refuse the file'],
] as const;
const ENCODING_CHOICES = [
  ['', 'Find it out'],
  ...Object.keys(ENCODINGS).map((name) => [name, name] as const),
] as const;

export function ColumnsForm({ found, settings, asked, onChange }: Props) {
  const [open, setOpen] = useState(asked);
  useEffect(() => {
    if (asked) setOpen(true);
  }, [asked]);
  const changed = Object.entries(FOUND_OUT).some(
    ([name, value]) => settings[name as keyof TableSettings] !== value,
  );
  return (
    <details class="columns" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Change the columns, header row, rows or encoding</summary>
      <form aria-label="How the file is read" onSubmit={(event) => event.preventDefault()}>
        <ImageColumns found={found} settings={settings} onChange={onChange} />
        <div class="fields">
          <NameColumn found={found} settings={settings} onChange={onChange} />
          <label>
            Header row
            <input
              type="number"
              name="header_row"
              inputMode="numeric"
              min={0}
              max={10_000}
              step={1}
              placeholder={headerFound(found)}
              value={settings.header_row}
              onChange={(event) => onChange({ header_row: event.currentTarget.value })}
            />
            <small>The row that names the columns, as a spreadsheet counts.</small>
          </label>
          <label>
            Address in front of relative paths
            <input
              type="url"
              name="base_url"
              pattern="https?://.+"
              title="An http or https address"
              placeholder="https://your-shop.example/images/"
              value={settings.base_url}
              onChange={(event) => {
                if (event.currentTarget.reportValidity()) onChange({ base_url: event.currentTarget.value });
              }}
            />
          </label>
          <Choice
            name="rows"
            label="Rows without an image or name"
            choices={ROWS_CHOICES}
            value={settings.rows}
            onChange={onChange}
          />
        </div>
        <details class="further">
          <summary>More: encoding, layout</summary>
          <div class="fields">
            <Choice
              name="encoding"
              label="Encoding"
              choices={ENCODING_CHOICES}
              value={settings.encoding}
              onChange={onChange}
            />
            <Choice
              name="profile"
              label="Layout"
              choices={PROFILE_CHOICES}
              value={settings.profile}
              onChange={onChange}
            />
          </div>
        </details>
        {changed && (
          <button type="button" class="slim" onClick={() => onChange(FOUND_OUT)}>
            Find everything out again
          </button>
        )}
      </form>
    </details>
  );
}

function headerFound({ header_row, columns }: Validation): string {
  if (columns === null) return '';
  return header_row === null ? 'none found' : `${header_row} was found`;
}

type PartProps = Omit<Props, 'asked'>;

function ImageColumns({ found, settings, onChange }: PartProps) {
  const used = settings.url_column ?? found.columns?.urls.map((column) => `#${column}`) ?? [];
  return (
    <fieldset class="image-columns">
      <legend>Image columns</legend>
      <div>
        {columnsOf(found).map((column) => {
          const number = `#${column}`;
          return (
            <label class="check-box" key={column}>
              <input
                type="checkbox"
                name="url_column"
                value={number}
                checked={used.includes(number)}
                onChange={(event) =>
                  onChange({
                    url_column: event.currentTarget.checked
                      ? [...used, number]
                      : used.filter((other) => other !== number),
                  })
                }
              />
              <span>
                {columnName(found, column)} <span class="soft">{column}</span>
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function NameColumn({ found, settings, onChange }: PartProps) {
  const choices = columnsOf(found).map((column) => [`#${column}`, columnName(found, column)] as const);
  const asFound = found.name_column !== null && settings.name_column === '' ? `: ${found.name_column}` : '';
  return (
    <Choice
      name="name_column"
      label="Product name column"
      choices={[['', `Find it out${asFound}`], ...choices]}
      value={settings.name_column}
      onChange={onChange}
    />
  );
}

interface ChoiceProps {
  name: 'name_column' | 'rows' | 'encoding' | 'profile';
  label: string;
  choices: readonly (readonly [value: string, label: string])[];
  value: string;
  onChange: (changed: Partial<TableSettings>) => void;
}

function Choice({ name, label, choices, value, onChange }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name} value={value} onChange={(event) => onChange({ [name]: event.currentTarget.value })}>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
