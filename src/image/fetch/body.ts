// The body of one answer: taken chunk by chunk, decoded when it must be, counted after decoding, in one Buffer.
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { failure, type ImageFailure } from '../../errors.ts';
import { sizeText } from './errors.ts';

const FIRST_CAPACITY = 64 * 1024;

/**
 * Bytes put together in one Buffer that grows. Chunks are copied, never kept: a server that sends its body byte by byte
 * would otherwise make us keep a hundred bytes of object for each byte of picture.
 */
class ByteCollector {
  #buffer: Buffer;
  #length = 0;
  readonly #max: number;

  /** `expected` bytes are reserved at once; the system gives the pages only when they are written to. */
  constructor(expected: number, max: number) {
    this.#buffer = Buffer.allocUnsafeSlow(expected);
    this.#max = max;
  }

  /** False when the chunk does not fit under `max`. */
  append(chunk: Buffer): boolean {
    const length = this.#length + chunk.length;
    if (length > this.#max) return false;
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(length, this.#buffer.length * 2), this.#max));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = length;
    return true;
  }

  take(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

/** Takes the chunks of a body. Its outcome goes once to the `done` it was opened with. */
export interface Body {
  write(chunk: Buffer): void;
  end(): void;
  /** Forgets everything; `done` is not called any more. */
  destroy(): void;
}

export interface BodyOptions {
  /** As the header says; undefined when there is none. */
  contentLength: number | undefined;
  /** The codings of the Content-Encoding header, all lines of it joined by commas. */
  contentEncoding: string | undefined;
  maxBytes: number;
  /** Paused while the decoder is behind. */
  controller: Dispatcher.DispatchController;
  done: (outcome: Buffer | ImageFailure) => void;
}

const DECODERS: Record<string, () => ReturnType<typeof createGunzip>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
// Not codings of the bytes; `aws-chunked` is what S3 repeats of how the object was uploaded.
const NO_CODING = new Set(['', 'identity', 'none', 'aws-chunked']);

/** Opens the body of an answer, or says why it is refused before its first byte. Messages do not repeat headers: they are the server's text. */
export function openBody(options: BodyOptions): Body | ImageFailure {
  const { contentLength, contentEncoding, maxBytes } = options;
  // Also with a coding: what is too large before it is unpacked is too large.
  if (contentLength !== undefined && contentLength > maxBytes) return tooLarge(maxBytes);
  const codings = (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => !NO_CODING.has(coding));
  // Each layer multiplies the cost of the last, so only one is unpacked.
  if (codings.length > 1)
    return failure('unsupported_format', 'the server packed the picture more than once (Content-Encoding)');
  const coding = codings[0];
  if (coding === undefined) return plainBody(options);
  const decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding]!() : null;
  return decoder
    ? packedBody(options, decoder)
    : failure('unsupported_format', 'the server packed the picture in an unknown way (Content-Encoding)');
}

function plainBody({ contentLength, maxBytes, done }: BodyOptions): Body {
  const collector = new ByteCollector(contentLength ?? Math.min(FIRST_CAPACITY, maxBytes), maxBytes);
  let open = true;
  const finish = (outcome: Buffer | ImageFailure) => {
    if (open) done(outcome);
    open = false;
  };
  return {
    write(chunk) {
      if (open && !collector.append(chunk)) finish(tooLarge(maxBytes));
    },
    // A body shorter than its Content-Length never ends here: undici makes an error of it.
    end: () => finish(collector.take()),
    destroy() {
      open = false;
    },
  };
}

/** Unpacks as the bytes come and counts what comes out, so that a bomb stops at the limit and not after it. */
function packedBody(options: BodyOptions, decoder: ReturnType<typeof createGunzip>): Body {
  const { maxBytes, controller, done } = options;
  const collector = new ByteCollector(Math.min(FIRST_CAPACITY, maxBytes), maxBytes);
  let open = true;
  const finish = (outcome: Buffer | ImageFailure) => {
    if (!open) return;
    open = false;
    decoder.destroy();
    done(outcome);
  };
  decoder
    .on('data', (chunk: Buffer) => {
      if (!collector.append(chunk)) finish(tooLarge(maxBytes));
    })
    .on('drain', () => controller.resume())
    .on('end', () => finish(collector.take()))
    .on('error', (error: NodeJS.ErrnoException) =>
      finish(
        // Z_BUF_ERROR is the end of the input in the middle of it; of the others it is not what it says.
        error.code === 'Z_BUF_ERROR'
          ? failure('connect_failed', 'the picture ended before it was complete', { transient: true })
          : failure('corrupt_image', 'the picture is not packed as the server says (Content-Encoding)'),
      ),
    );
  return {
    write(chunk) {
      if (open && !decoder.write(chunk)) controller.pause();
    },
    end: () => decoder.end(),
    destroy() {
      open = false;
      decoder.destroy();
    },
  };
}

function tooLarge(maxBytes: number): ImageFailure {
  return failure('too_large', `the picture is larger than ${sizeText(maxBytes)}`);
}
