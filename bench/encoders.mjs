// The encoders the kernel bench compares, each as `encode(input, quality) -> Buffer`, or a refusal with its reason.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';

sharp.cache(false);
sharp.concurrency(1);

const TRANSCODER = fileURLToPath(new URL('../dist/image/jpeg/transcode.js', import.meta.url));

export class Refused extends Error {}

/** One encoder with sharp: the picture upright, as the program delivers it, without its metadata. */
const throughSharp = (options) => (input, quality) =>
  sharp(input, { failOn: 'error' })
    .autoOrient()
    .jpeg({ quality, ...options })
    .toBuffer();

/** `transcodeJpeg` of a build: of this checkout, or of `file`. */
export async function loadTranscoder(file = TRANSCODER) {
  try {
    return (await import(pathToFileURL(resolve(file)).href)).transcodeJpeg;
  } catch (error) {
    throw new Error(`no transcoder in ${file}: npm run build makes it (${error.message})`);
  }
}

/** sharp first: it is what the others are held against. `bare` ones may leave metadata to their caller. */
export async function loadEncoders({ transcoder }) {
  const transcodeJpeg = await loadTranscoder(transcoder);
  const throughKernel = (input, quality) => {
    const result = transcodeJpeg(input, { quality });
    if (result.status !== 'transcoded') throw new Refused(result.reason);
    return result.data;
  };
  return [
    { name: 'sharp', encode: throughSharp({}) },
    { name: 'sharp mozjpeg', encode: throughSharp({ mozjpeg: true }) },
    { name: 'kernel', encode: throughKernel, bare: true },
  ];
}

export const versions = () => ({ sharp: sharp.versions.sharp, libvips: sharp.versions.vips });
