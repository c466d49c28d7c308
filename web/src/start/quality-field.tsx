// The quality slider, with what its value means.
interface Props {
  value: number;
  onChange: (value: number) => void;
}

export function QualityField({ value, onChange }: Props) {
  return (
    <div class="quality">
      <label for="quality">Quality</label>
      <output for="quality">{value}</output>
      <input
        id="quality"
        type="range"
        name="quality"
        min={1}
        max={100}
        step={1}
        value={value}
        aria-describedby="quality-help"
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <p class="soft" id="quality-help">
        {meaningOf(value)} It is the encoder’s own scale, not a share of the bytes. A picture that would not
        get smaller is delivered as it came, so none gets heavier.
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
