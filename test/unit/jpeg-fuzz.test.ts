import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transcodeJpeg } from '../../src/image/jpeg/transcode.ts';
import { judge, shapeFault } from '../fakes/jpeg-judge.ts';
import { jpegKinds } from '../fakes/jpeg-kinds.ts';
import { fuzzCase } from '../fakes/jpeg-mutations.ts';

const CASES = 6000;
/** Of the accepted ones, how many sharp looks at: it takes longer than everything else here. */
const LOOKED_AT = 600;
const SEED = 20;

const kinds = await jpegKinds();

describe('every kind of JPEG', () => {
  it.each(kinds)('$name: $expected', async ({ data, expected }) => {
    const answer = transcodeJpeg(data, { quality: 50 });
    if (expected !== 'either') expect(answer.status).toBe(expected);
    expect(shapeFault(answer)).toBeNull();
    if (answer.status === 'transcoded') {
      expect(await judge(data, answer.data, 50)).toEqual({ fault: null, doubt: null });
    }
  });

  it('half of a file is refused, whatever it is', () => {
    const accepted = kinds.filter(
      ({ data }) => transcodeJpeg(data.subarray(0, data.length >> 1), { quality: 50 }).status !== 'refused',
    );
    expect(accepted.map(({ name }) => name)).toEqual([]);
  });
});

describe('damaged JPEGs', () => {
  it(`${CASES} of them are refused, or come out as sharp sees them`, async () => {
    const faults: string[] = [];
    let [accepted, looked, slowest] = [0, 0, 0];
    for (let number = 0; number < CASES; number++) {
      const { name, input } = fuzzCase(kinds, SEED, number);
      const began = performance.now();
      const answer = transcodeJpeg(input, { quality: 50 });
      slowest = Math.max(slowest, performance.now() - began);
      let fault = shapeFault(answer);
      if (answer.status === 'transcoded' && ++accepted % 4 === 0 && looked++ < LOOKED_AT) {
        fault ??= (await judge(input, answer.data, 50)).fault;
      }
      if (fault) faults.push(`${number}, ${name}: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(slowest).toBeLessThan(1000);
    // Neither all nor nothing: else there was nothing to see.
    expect(accepted).toBeGreaterThan(CASES / 20);
    expect(accepted).toBeLessThan(CASES / 1.5);
  });

  it('any bytes behind a good head are answered', () => {
    const good = kinds.filter(({ expected }) => expected === 'transcoded').map(({ data }) => data);
    const property = fc.property(
      fc.constantFrom(...good),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.uint8Array({ maxLength: 400 }),
      fc.integer({ min: 1, max: 100 }),
      (file, share, tail, quality) => {
        const head = file.subarray(0, 2 + Math.floor(share * (file.length - 2)));
        return shapeFault(transcodeJpeg(Buffer.concat([head, tail]), { quality })) === null;
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  it.each([0x00, 0x01, 0x80, 0xd0, 0xd9, 0xda, 0xfe, 0xff])(
    '8 MB of byte %i behind a head end soon',
    (byte) => {
      for (const { data } of kinds.slice(0, 6)) {
        const input = Buffer.concat([data.subarray(0, data.length - 40), Buffer.alloc(8 * 2 ** 20, byte)]);
        const began = performance.now();
        expect(shapeFault(transcodeJpeg(input, { quality: 50 }))).toBeNull();
        expect(performance.now() - began).toBeLessThan(1000);
      }
    },
  );

  it('a head of the largest size with little behind it takes neither time nor memory', () => {
    for (const { data } of kinds) {
      const frame = [0xc0, 0xc1, 0xc2].map((marker) => data.indexOf(Buffer.from([0xff, marker, 0])));
      const at = Math.min(...frame.filter((offset) => offset > 0));
      if (!Number.isFinite(at)) continue;
      const input = Buffer.from(data);
      input.writeUInt32BE(0xffdcffdc, at + 5);
      const [began, before] = [performance.now(), process.memoryUsage().rss];
      expect(shapeFault(transcodeJpeg(input, { quality: 50 }))).toBeNull();
      expect(performance.now() - began).toBeLessThan(1000);
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);
    }
  });

  it('what is no JPEG at all is refused', () => {
    for (const input of [
      Buffer.alloc(0),
      Buffer.from([0xff]),
      Buffer.from('\xff\xd8', 'latin1'),
      Buffer.alloc(99),
    ]) {
      expect(transcodeJpeg(input, { quality: 50 }).status).toBe('refused');
    }
  });
});
