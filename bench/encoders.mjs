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

/** 128 steps in zigzag order, luma then chroma, that libjpeg has at this quality: those in a file that it made. */
async function libjpegSteps(quality) {
  const gray = { create: { width: 16, height: 16, channels: 3, background: '#777' } };
  const file = await sharp(gray).jpeg({ quality }).toBuffer();
  const tables = [];
  for (let at = 2; file[at + 1] !== 0xda; at += 2 + file.readUInt16BE(at + 2)) {
    if (file[at + 1] === 0xdb) tables.push(...file.subarray(at + 5, at + 69));
  }
  return tables;
}

/** The kernel with libjpeg's tables and every coefficient to its nearest level: what its choices are measured against. */
async function plainly(transcoder) {
  const { kernel, REASONS } = await import(new URL('kernel.js', pathToFileURL(resolve(transcoder))).href);
  const steps = new Map();
  return async (input, quality) => {
    if (!steps.has(quality)) steps.set(quality, await libjpegSteps(quality));
    const k = kernel();
    const at = k.place(input.length);
    new Uint8Array(k.memory.buffer, at, input.length).set(input);
    const unread = k.open();
    if (unread) throw new Refused(REASONS[unread]);
    new Uint16Array(k.memory.buffer, k.targetSteps(), 128).set(steps.get(quality));
    new Float32Array(k.memory.buffer, k.lambda(), 128).fill(0);
    const fault = k.transcode(false);
    if (fault) throw new Refused(REASONS[fault]);
    return Buffer.from(new Uint8Array(k.memory.buffer, k.result(), k.resultBytes()));
  };
}

/** `transcodeJpeg` of a build: of this checkout, or of `file`. */
export async function loadTranscoder(file = TRANSCODER) {
  try {
    return (await import(pathToFileURL(resolve(file)).href)).transcodeJpeg;
  } catch (error) {
    throw new Error(`no transcoder in ${file}: npm run build makes it (${error.message})`);
  }
}

/** sharp first: it is what the others are held against. `bare` ones may leave metadata to their caller. */
export async function loadEncoders({ transcoder = TRANSCODER }) {
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
    { name: 'kernel plain', encode: await plainly(transcoder), bare: true },
  ];
}

export const versions = () => ({ sharp: sharp.versions.sharp, libvips: sharp.versions.vips });
