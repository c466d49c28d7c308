// A JPEG made lighter without decoding it to pixels: the way in and out of the kernel, and what it is asked for.
import { Buffer } from 'node:buffer';
import { qualityOfSum } from '../containers/jpeg-quality.ts';
import { kernel, REASONS, trapped } from './kernel.ts';
import { LAMBDAS, targetSteps } from './targets.ts';

export interface TranscodeOptions {
  /** 1-100, on libjpeg's scale. */
  quality: number;
}

export type Transcoded =
  | {
      status: 'transcoded';
      /** A whole JPEG, baseline or progressive, whichever is smaller, without metadata, not even a colour profile. */
      data: Buffer;
      /** As jpeg-quality.ts estimates it. */
      sourceQuality: number | null;
      /** False when no step of the source got coarser: then the levels are its own, and only their coding is new. */
      coarser: boolean;
    }
  | { status: 'refused'; reason: string };

/**
 * Makes `input` as light as `quality` asks. A source of that quality or under keeps its levels; chroma at full size is
 * halved. Refused is what is not supported (CMYK, RGB, arithmetic, 12-bit, lossless, hierarchical) and whatever is not
 * exactly as the standard has it: a decoder that forgives has to look at those.
 *
 * The work is bounded by pixels times scans. Callers check the pixels.
 */
export function transcodeJpeg(input: Buffer, { quality }: TranscodeOptions): Transcoded {
  try {
    return run(input, quality);
  } catch (error) {
    // A trap: the last defence, when a check in the kernel is missing.
    if (!trapped(error)) throw error;
    return { status: 'refused', reason: `the transcoder stopped: ${error.message}` };
  }
}

function run(input: Buffer, quality: number): Transcoded {
  const k = kernel();
  const at = k.place(input.length);
  if (at === 0) return { status: 'refused', reason: 'too large to transcode' };
  new Uint8Array(k.memory.buffer, at, input.length).set(input);
  const unread = k.open();
  if (unread) return refused(unread);

  const sourceQuality = qualityOf(new Uint16Array(k.memory.buffer, k.sourceSteps(), 64));
  const exact = sourceQuality !== null && sourceQuality <= quality;
  const steps = targetSteps({ quality, sourceQuality, density: k.density() });
  new Uint16Array(k.memory.buffer, k.targetSteps(), 128).set(steps);
  new Float32Array(k.memory.buffer, k.lambda(), 128).set(LAMBDAS);
  const fault = k.transcode(exact);
  if (fault) return refused(fault);
  return {
    status: 'transcoded',
    data: Buffer.from(new Uint8Array(k.memory.buffer, k.result(), k.resultBytes())),
    sourceQuality,
    coarser: k.gotCoarser() !== 0,
  };
}

const refused = (code: number): Transcoded => ({
  status: 'refused',
  reason: REASONS[code] ?? `code ${code}`,
});

function qualityOf(steps: Uint16Array): number | null {
  const sum = steps.reduce((total, step) => total + step, 0);
  return sum === 0 ? null : qualityOfSum(sum);
}
