// Whether the program can take work, and if not, which parts are to blame.
import { within } from './util/with-timeout.ts';

/** A part that gives no answer for this long counts as away (ms). */
const ANSWER_MS = 3_000;

/** Resolves with the complaints about the parts that do not answer; none when all is well. */
export async function complaints(parts: Record<string, () => Promise<unknown>>): Promise<string[]> {
  const answers = await Promise.all(
    Object.entries(parts).map(async ([complaint, check]) => {
      try {
        const answered = await within(
          ANSWER_MS,
          check().then(() => true),
        );
        return answered ? null : complaint;
      } catch {
        return complaint;
      }
    }),
  );
  return answers.filter((complaint) => complaint !== null);
}
