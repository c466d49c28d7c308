// compress() as the tests call it: default options, a result or an error.
import type { ImageFailure } from '../../src/errors.ts';
import { type Compressed, compress } from '../../src/image/compress.ts';
import type { ProcessOptions } from '../../src/ports.ts';

export const OPTIONS: ProcessOptions = {
  quality: '50',
  format: null,
  max_width: null,
  max_height: null,
  metadata: 'copyright',
  keep_originals: false,
  key_template: '{request_id}/{row}-{position}-{name}',
};

export function run(
  input: Buffer,
  options: Partial<ProcessOptions> = {},
  limits = { maxPixels: 50_000_000 },
): Promise<Compressed | ImageFailure> {
  return compress(input, { ...OPTIONS, ...options }, limits);
}

export async function ok(input: Buffer, options: Partial<ProcessOptions> = {}): Promise<Compressed> {
  const result = await run(input, options);
  if (result.status === 'failed') throw new Error(`${result.code}: ${result.message}`);
  return result;
}
