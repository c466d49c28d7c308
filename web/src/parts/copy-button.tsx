// Puts a text on the clipboard, and says so for a moment.
import { useEffect, useState } from 'preact/hooks';

interface Props {
  text: string;
  /** Of what, for those who do not see where the button stands. */
  of: string;
}

const SAID_MS = 2_000;

export function CopyButton({ text, of }: Props) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button type="button" class="quiet slim copy" onClick={() => copy(text).then(setSaid)}>
      {said || 'Copy link'}
      <span class="sr-only"> to {of}</span>
      <span class="sr-only" role="status">
        {said}
      </span>
    </button>
  );
}

/** The clipboard exists only on https and on loopback; elsewhere an old command does it. */
async function copy(text: string): Promise<string> {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyBySelection(text);
    return 'Copied';
  } catch {
    return 'Not allowed';
  }
}

function copyBySelection(text: string): void {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'sr-only';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (!copied) throw new Error('the browser did not copy');
}
