// Whether the program can take work, and if not, which parts are to blame.
import { withTimeout } from '../util/with-timeout.ts';

/** A part that gives no answer for this long counts as away (ms). */
const ANSWER_MS = 3_000;

/** Resolves with the words of the checks that failed, of the parts that do not answer; none when all is well. */
export async function failedChecks(parts: Record<string, () => Promise<unknown>>): Promise<string[]> {
  const answers = await Promise.all(
    Object.entries(parts).map(async ([failure, check]) => {
      try {
        const answered = await withTimeout(
          ANSWER_MS,
          check().then(() => true),
        );
        return answered ? null : failure;
      } catch {
        return failure;
      }
    }),
  );
  return answers.filter((failure) => failure !== null);
}
