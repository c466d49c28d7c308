// The question what relative paths hang under, with what is probably the answer.
import { useState } from 'preact/hooks';
import type { CsvProblem } from '../api/types.ts';
import type { Settings } from './draft.ts';
import { forPeople } from './recognised.ts';

interface Props {
  question: Pick<CsvProblem, 'message'>;
  settings: Settings;
  onChange: (changed: Partial<Settings>) => void;
}

const SUGGESTED = /base_url=(https?:\S+)$/;
/** Stands for an address that only the shop knows. */
const ANYBODYS = 'your-shop.example';

export function BaseUrlForm({ question: { message }, settings, onChange }: Props) {
  const suggested = SUGGESTED.exec(message)?.[1] ?? '';
  const [url, setUrl] = useState(settings.base_url || (suggested.includes(ANYBODYS) ? '' : suggested));
  return (
    <form
      class="base-url"
      aria-label="Address of the images"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ base_url: url });
      }}
    >
      <p id="base-url-why">{forPeople(message)}</p>
      <div class="line">
        <label>
          Address in front of them
          <input
            type="url"
            required
            pattern="https?://.+"
            title="An http or https address"
            placeholder={suggested}
            aria-describedby="base-url-why"
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Use this address</button>
      </div>
    </form>
  );
}
