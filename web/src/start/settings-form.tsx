// What is to be done to the images, and the button that starts it.
import { FORMATS } from '../../../src/formats.ts';
import type { Validation } from '../api/types.ts';
import { counted } from '../format.ts';
import type { Settings } from './draft.ts';
import { MoreSettings } from './more-settings.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { QualityField } from './quality-field.tsx';

interface Props {
  settings: Settings;
  onChange: (changed: Partial<Settings>) => void;
  onStart: () => void;
  busy: boolean;
  /** Nothing stands in the way of the start. */
  ready: boolean;
  /** Of a file without problems; null while there is none. */
  found: Validation | null;
}

const CHOICES = [
  ['same', 'Same as the source'],
  ...Object.entries(FORMATS).flatMap(([value, { label, offered }]) => (offered ? [[value, label]] : [])),
];

export function SettingsForm({ settings, onChange, onStart, busy, ready, found }: Props) {
  return (
    <div class="panel settings">
      <form
        id="settings"
        aria-label="Settings"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) onStart();
        }}
      >
        <QualityField settings={settings} onChange={onChange} />
        <label>
          Format
          <select
            name="format"
            value={settings.format}
            onChange={(event) => onChange({ format: event.currentTarget.value })}
          >
            {CHOICES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <div class="fields small">
          <SideField name="max_width" label="Max width, px" value={settings.max_width} onChange={onChange} />
          <SideField
            name="max_height"
            label="Max height, px"
            value={settings.max_height}
            onChange={onChange}
          />
        </div>
        <MoreSettings settings={settings} onChange={onChange} />
      </form>
      <PreviewPanel found={found} settings={settings} />
      <div class="start-line">
        <button
          type="submit"
          form="settings"
          class="primary big"
          disabled={!ready || busy}
          aria-describedby="start-hint"
        >
          {busy ? 'Sending…' : 'Start'}
        </button>
        <span id="start-hint" class="soft">
          {ready && found
            ? `${counted(found.images, 'image')} to make lighter.`
            : 'Choose a file without problems first.'}
        </span>
      </div>
    </div>
  );
}

interface SideProps {
  name: 'max_width' | 'max_height';
  label: string;
  value: string;
  onChange: (changed: Partial<Settings>) => void;
}

function SideField({ name, label, value, onChange }: SideProps) {
  return (
    <label>
      {label}
      <input
        type="number"
        inputMode="numeric"
        name={name}
        min={1}
        max={16383}
        step={1}
        placeholder="no limit"
        value={value}
        onInput={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}
