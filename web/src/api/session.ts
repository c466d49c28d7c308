// The API key of this tab, and asking for it. Servers without keys never make it ask.
import { useEffect, useState } from 'preact/hooks';

const STORED_AS = 'halve.api-key';

interface Asking {
  /** The key that was refused; null when none was sent. */
  refused: string | null;
  answered: Promise<void>;
  answer: () => void;
}

let key = read();
let asking: Asking | null = null;
const listeners = new Set<() => void>();

export function currentKey(): string | null {
  return key;
}

/** Resolves when there is another key than `refused` to try. */
export function askForKey(refused: string | null): Promise<void> {
  if (key !== refused) return Promise.resolve();
  if (!asking) {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    asking = { refused, answered, answer };
    tell();
  }
  return asking.answered;
}

export function setKey(value: string | null): void {
  key = value;
  try {
    if (value === null) sessionStorage.removeItem(STORED_AS);
    else sessionStorage.setItem(STORED_AS, value);
  } catch {
    // Storage may be forbidden; the key then lasts until the page is left.
  }
  const waiting = value === null ? null : asking;
  if (waiting) asking = null;
  tell();
  waiting?.answer();
}

export function useSession(): { key: string | null; asking: boolean; refused: boolean } {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((count) => count + 1);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return { key, asking: asking !== null, refused: asking?.refused != null };
}

function read(): string | null {
  try {
    return sessionStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}

function tell(): void {
  for (const listener of listeners) listener();
}
