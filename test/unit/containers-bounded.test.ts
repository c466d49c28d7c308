import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODECS } from '../../src/image/codecs.ts';
import { NO_METADATA } from '../../src/image/metadata/kept.ts';
import { ImageProblem } from '../../src/image/picture.ts';
import { CLAIMS, claim, containerSamples } from '../fakes/container-mutations.ts';
import { HOSTILE } from '../fakes/hostile-pictures.ts';
import { run } from '../fakes/run-compress.ts';

const CPU_MS = 100;
const RUNS = 4000;

/** What a walk ends with, and the CPU time it takes. */
function timed(walk: () => unknown): { code: string | null; ms: number } {
  const before = process.cpuUsage();
  let code: string | null = null;
  try {
    walk();
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    code = error.code;
  }
  const { user, system } = process.cpuUsage(before);
  return { code, ms: (user + system) / 1000 };
}

describe('hostile pictures', () => {
  it.each(HOSTILE)('$format: $name', async ({ format, make, code }) => {
    const input = make();
    const result = timed(() => CODECS[format].container.read(input));
    expect(result.code).toBe(code);
    expect(result.ms).toBeLessThan(CPU_MS);
    if (code) expect(await run(input)).toMatchObject({ status: 'failed', code });
  });

  it.each(HOSTILE.filter(({ code }) => code === null))('$format: $name is cleaned', ({ format, make }) => {
    const input = make();
    let cleaned: Buffer | null = null;
    const { ms } = timed(() => {
      cleaned = CODECS[format].container.clean(input, NO_METADATA);
    });
    expect(ms).toBeLessThan(CPU_MS);
    // What was said a thousand times is said once, or not at all.
    expect(cleaned!.length).toBeLessThan(6000);
  });
});

const samples = await containerSamples();

describe('numbers in a container', () => {
  it.each(samples)('$name: whatever is claimed ends soon, as a value', ({ format, data }) => {
    const { container } = CODECS[format];
    const claims = fc.array(
      fc.record({
        // Half of them where the structure is.
        at: fc.oneof(fc.nat(Math.min(600, data.length)), fc.nat(data.length)),
        value: fc.oneof(fc.constantFrom(...CLAIMS), fc.nat(0xffff_ffff)),
        bytes: fc.constantFrom(2 as const, 4 as const),
        little: fc.boolean(),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const seen = new Set<string | null>();
    fc.assert(
      fc.property(claims, (made) => {
        const input = made.reduce((file, { at, ...number }) => claim(file, at, number), data);
        const read = timed(() => container.read(input));
        const cleaned = timed(() => container.clean(input, NO_METADATA));
        seen.add(read.code);
        return read.ms < CPU_MS && cleaned.ms < CPU_MS;
      }),
      { seed: 5, numRuns: RUNS },
    );
    // Neither all nor nothing: else there was nothing to see.
    expect(seen).toContain('corrupt_image');
    expect(seen).toContain(null);
  });
});
