// The known name that somebody probably meant.
import { distance } from 'fastest-levenshtein';

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** The one of `known` that is spelt most like `name`; null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const wanted = plain(name);
  const [best] = known
    .map((candidate) => ({ candidate, off: distance(wanted, plain(candidate)) }))
    .sort((a, b) => a.off - b.off);
  return best && best.off <= Math.max(1, Math.floor(wanted.length / 3)) ? best.candidate : null;
}
