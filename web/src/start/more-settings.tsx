// The settings that most uploads leave as they are.
import type { Settings } from './draft.ts';

interface Props {
  settings: Settings;
  onChange: (changed: Partial<Settings>) => void;
}

export function MoreSettings({ settings, onChange }: Props) {
  return (
    <details
      class="more"
      // A browser cannot point at a wrong field that is folded away.
      onInvalidCapture={(event) => {
        event.currentTarget.open = true;
      }}
    >
      <summary>Webhook, metadata, originals</summary>
      <div class="fields">
        <label>
          Metadata
          <select
            name="metadata"
            value={settings.metadata}
            onChange={(event) => onChange({ metadata: event.currentTarget.value })}
          >
            <option value="copyright">Keep copyright notices</option>
            <option value="none">Remove everything</option>
          </select>
          <small>Places (GPS) are removed either way.</small>
        </label>
        <label>
          Webhook URL
          <input
            type="url"
            name="webhook_url"
            placeholder="https://shop.example/hooks/images"
            pattern="https?://.+"
            title="An http or https address"
            value={settings.webhook_url}
            onInput={(event) => onChange({ webhook_url: event.currentTarget.value })}
          />
          <small>Called once, signed, when all is done.</small>
        </label>
      </div>
      <label class="check-box">
        <input
          type="checkbox"
          name="keep_originals"
          checked={settings.keep_originals}
          onChange={(event) => onChange({ keep_originals: event.currentTarget.checked })}
        />
        Keep the originals beside the results
      </label>
      <small class="soft">Then before and after can be compared for as long as the results are kept.</small>
    </details>
  );
}
