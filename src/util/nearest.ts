// The known name that somebody probably meant.
import { distance } from 'fastest-levenshtein';

/** Characters of a name, and names, that are compared: headers come from strangers. */
const LONGEST = 60;
const MOST = 2_000;

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .slice(0, LONGEST);

/** The one of `known` that is spelt most like `name`, or holds it; null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const wanted = plain(name);
  let best: { candidate: string; steps: number } | null = null;
  for (const candidate of known.slice(0, MOST)) {
    const text = plain(candidate);
    if (text === '' || wanted === '') continue;
    const near = text !== wanted && (text.includes(wanted) || wanted.includes(text));
    const steps = near ? 1 : distance(wanted, text);
    if (best === null || steps < best.steps) best = { candidate, steps };
  }
  return best !== null && best.steps <= Math.max(2, wanted.length / 3) ? best.candidate : null;
}
