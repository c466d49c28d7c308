// One number with its name, in a <dl class="figures">.
interface Props {
  label: string;
  value: string;
  note?: string;
  bad?: boolean;
}

export function Figure({ label, value, note = '', bad = false }: Props) {
  return (
    <div class={bad ? 'figure bad' : 'figure'}>
      <dt>{label}</dt>
      <dd>
        {value} {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
