// Answers that cost a walk over a whole request: made once for an ended one, and for a running one never so often that
// making them becomes the server's main work.

interface Kept<T> {
  answer: Promise<T>;
  /** By performance.now(); null while it is being made. */
  staleAt: number | null;
}

const KEPT = 200;
const LEAST_MS = 1_000;
/** An answer about something that moves is kept for this many times what it took to make. */
const SHARE = 20;

/**
 * `version` names what is asked and changes when the answer may; with `final` the answer stays as long as that.
 * Whoever asks while it is being made gets the same answer.
 */
export function createCostAwareCache<Subject, T>(make: (subject: Subject) => Promise<T>) {
  const kept = new Map<string, Kept<T>>();
  return (version: string, subject: Subject, final: boolean): Promise<T> => {
    const known = kept.get(version);
    if (known && (known.staleAt === null || performance.now() < known.staleAt)) return known.answer;
    const started = performance.now();
    const fresh: Kept<T> = { answer: make(subject), staleAt: null };
    kept.set(version, fresh);
    fresh.answer.then(
      () => {
        const took = performance.now() - started;
        fresh.staleAt = final
          ? Number.POSITIVE_INFINITY
          : performance.now() + Math.max(LEAST_MS, SHARE * took);
      },
      () => kept.delete(version),
    );
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return fresh.answer;
  };
}
