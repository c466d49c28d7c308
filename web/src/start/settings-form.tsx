// What is to be done to the images, and the button that starts it.
import { counted } from '../format.ts';
import type { Settings } from './draft.ts';
import { MoreSettings } from './more-settings.tsx';
import { QualityField } from './quality-field.tsx';

interface Props {
  settings: Settings;
  onChange: (changed: Partial<Settings>) => void;
  onStart: () => void;
  ready: boolean;
  busy: boolean;
  images: number | null;
}

const FORMATS = [
  ['same', 'Same as the source'],
  ['jpeg', 'JPEG'],
  ['webp', 'WebP'],
  ['avif', 'AVIF'],
  ['png', 'PNG'],
] as const;

export function SettingsForm({ settings, onChange, onStart, ready, busy, images }: Props) {
  return (
    <form
      class="settings panel"
      aria-label="Settings"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onStart();
      }}
    >
      <QualityField value={settings.quality} onChange={(quality) => onChange({ quality })} />
      <div class="fields small">
        <label>
          Format
          <select
            name="format"
            value={settings.format}
            onChange={(event) => onChange({ format: event.currentTarget.value })}
          >
            {FORMATS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <SideField name="max_width" label="Max width, px" value={settings.max_width} onChange={onChange} />
        <SideField name="max_height" label="Max height, px" value={settings.max_height} onChange={onChange} />
      </div>
      <MoreSettings settings={settings} onChange={onChange} />
      <div class="start-line">
        <button type="submit" class="primary big" disabled={!ready || busy} aria-describedby="start-hint">
          {busy ? 'Sending…' : 'Start'}
        </button>
        <span id="start-hint" class="soft">
          {images === null
            ? 'Choose a CSV without problems first.'
            : `${counted(images, 'image')} to make lighter.`}
        </span>
      </div>
    </form>
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
