// How light: the slider, the two ways to mean it, and what the choice means in plain words.
import { qualityText, type Settings } from './draft.ts';

interface Props {
  settings: Pick<Settings, 'quality' | 'relative'>;
  onChange: (changed: Partial<Settings>) => void;
}

export function QualityField({ settings, onChange }: Props) {
  const { quality, relative } = settings;
  return (
    <div class="quality">
      <label for="quality">Quality</label>
      <output for="quality">{qualityText(settings).replace('%', ' %')}</output>
      <input
        id="quality"
        type="range"
        name="quality"
        min={1}
        max={100}
        step={1}
        value={quality}
        aria-describedby="quality-help"
        onInput={(event) => onChange({ quality: event.currentTarget.valueAsNumber })}
      />
      <fieldset class="segments">
        <legend class="sr-only">What the number means</legend>
        <button type="button" aria-pressed={!relative} onClick={() => onChange({ relative: false })}>
          Same for all
        </button>
        <button type="button" aria-pressed={relative} onClick={() => onChange({ relative: true })}>
          % of each picture’s own
        </button>
      </fieldset>
      <p class="soft" id="quality-help">
        {relative
          ? `Each picture keeps ${quality} % of the quality it came with: a photo that was saved at 90 is saved at ${Math.max(1, Math.round((quality * 90) / 100))}.`
          : `${meaningOf(quality)} Every picture is saved at ${quality} on the usual scale from 1 to 100, which is not ${quality} % of its bytes: photos often end at a third to a half.`}{' '}
        A picture that would not get smaller is delivered as it came.
      </p>
    </div>
  );
}

function meaningOf(quality: number): string {
  if (quality < 30) return 'Very light; flaws show.';
  if (quality < 66) return 'Light, and good to look at in a shop.';
  if (quality < 86) return 'Careful; for pictures people zoom into.';
  return 'Close to the source; saves little.';
}
