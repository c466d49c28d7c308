// Answers that cost something to make, each kept under its key for a while.

interface Kept<T> {
  answer: Promise<T>;
  /** By performance.now(); null while it is being made. */
  staleAt: number | null;
}

/** Most answers that are kept; the oldest goes first. */
const KEPT = 200;

export interface Keeping<Subject> {
  /** What is asked: the same key has the same answer. */
  key: (subject: Subject) => string;
  /** Milliseconds that an answer is kept which took so long to make. */
  keepMs: (subject: Subject, tookMs: number) => number;
}

/**
 * Asks `make` only for what is not kept. Whoever asks while an answer is being made gets the same one; a failure goes to
 * those who wait for it and is not kept.
 */
export function createAnswerCache<Subject, T>(
  make: (subject: Subject) => Promise<T>,
  { key, keepMs }: Keeping<Subject>,
): (subject: Subject) => Promise<T> {
  const kept = new Map<string, Kept<T>>();
  return (subject) => {
    const name = key(subject);
    const known = kept.get(name);
    if (known && (known.staleAt === null || performance.now() < known.staleAt)) return known.answer;
    const started = performance.now();
    const entry: Kept<T> = { answer: make(subject), staleAt: null };
    // Behind the others: what was made anew is not the oldest.
    kept.delete(name);
    kept.set(name, entry);
    entry.answer.then(
      () => {
        const now = performance.now();
        entry.staleAt = now + keepMs(subject, now - started);
      },
      () => {
        if (kept.get(name) === entry) kept.delete(name);
      },
    );
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return entry.answer;
  };
}
