// What a transcoder's answer to a damaged JPEG must be: a refusal, or a file that sharp decodes to the size it decodes
// the damaged one to. sharp is the judge of both.
import sharp from 'sharp';

/** Of `transcodeJpeg`; stated here so that any build of it can be judged. */
export type Transcode = (
  input: Buffer,
  options: { quality: number },
) => { status: 'transcoded'; data: Buffer } | { status: 'refused'; reason: string };

export interface Judgement {
  /** What must not happen; null when all is well. */
  fault: string | null;
  /** What a decoder may do but a careful one would not. */
  doubt: string | null;
}

/** More than this is not decoded to be compared: a damaged header may claim any size. */
const MAX_PIXELS = 4_000_000;
/** Levels by which a result may be further from its source than sharp's own result is, on average. */
const FURTHER = 6;

type FailOn = 'none' | 'error' | 'warning';
/** As stored: orientation and colour profile are metadata, which is the caller's to add. */
interface Pixels {
  data: Buffer;
  width: number;
  height: number;
}

async function decode(input: Buffer, failOn: FailOn): Promise<Pixels | { error: string }> {
  try {
    const { data, info } = await sharp(input, { failOn, limitInputPixels: MAX_PIXELS, ignoreIcc: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    return { error: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

/** The answer's form, without decoding anything; null when it is in order. */
export function shapeFault(answer: ReturnType<Transcode>): string | null {
  if (answer.status === 'refused') {
    return typeof answer.reason === 'string' && answer.reason !== '' ? null : 'refused without a reason';
  }
  const { data } = answer;
  if (answer.status !== 'transcoded' || !Buffer.isBuffer(data)) return 'neither transcoded nor refused';
  const whole =
    data.length > 4 && data.readUInt16BE(0) === 0xffd8 && data.readUInt16BE(data.length - 2) === 0xffd9;
  return whole ? null : 'the result does not begin with SOI and end with EOI';
}

/** Judges a result by its pixels. `quality` is what it was made with. */
export async function judge(input: Buffer, result: Buffer, quality: number): Promise<Judgement> {
  const declared = await sharp(result)
    .metadata()
    .catch(() => null);
  if (!declared) return { fault: 'sharp cannot read the header of the result', doubt: null };
  if (declared.width * declared.height > MAX_PIXELS)
    return { fault: null, doubt: 'too large to be looked at' };
  const output = await decode(result, 'warning');
  if ('error' in output) return { fault: `the result does not decode: ${output.error}`, doubt: null };
  const forgiving = await decode(input, 'none');
  if ('error' in forgiving) return { fault: `sharp cannot read the source: ${forgiving.error}`, doubt: null };
  if (forgiving.width !== output.width || forgiving.height !== output.height) {
    return { fault: 'the result has another size than the source', doubt: null };
  }
  const source = await decode(input, 'error');
  if ('error' in source) return { fault: null, doubt: `sharp calls the source corrupt: ${source.error}` };
  return { fault: null, doubt: await looksDifferent(input, source, output, quality) };
}

async function looksDifferent(input: Buffer, source: Pixels, output: Pixels, quality: number) {
  const own = await sharp(input, { failOn: 'error', ignoreIcc: true })
    .toColourspace('srgb')
    .jpeg({ quality })
    .toBuffer();
  const sharps = await decode(own, 'none');
  if ('error' in sharps) return null;
  const further = distance(source, output) - distance(source, sharps);
  return further > FURTHER ? 'looks different' : null;
}

/** Mean absolute difference of the samples. */
function distance(one: Pixels, other: Pixels): number {
  let sum = 0;
  for (let at = 0; at < one.data.length; at++) sum += Math.abs(one.data[at]! - other.data[at]!);
  return sum / one.data.length;
}
