// Pictures on their way to somebody who looks at them: their types, the headers that keep them from being more than
// pictures, and several in one answer.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { FORMATS, formatOfKey } from '../formats.ts';

/** Aborts when the one who asked has gone. */
export function whileOpen({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort(new Error('the caller is gone')));
  return gone.signal;
}

/** The type is by the extension, which the bytes decided; what strangers sent must never run as a page of ours. */
export function sendPicture(reply: FastifyReply, key: string, picture: Readable): FastifyReply {
  return sendStream(
    reply
      .type(typeOf(key))
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('x-content-type-options', 'nosniff')
      .header('cross-origin-resource-policy', 'same-origin')
      .header('cache-control', 'private, max-age=3600'),
    picture,
  );
}

export function sendStream(reply: FastifyReply, stream: Readable): FastifyReply {
  reply.raw.once('close', () => stream.destroy());
  return reply.send(stream as never); // a stream, which the documented answers have no type for
}

/** By the extension of the key, which what the bytes are decided. */
export function typeOf(key: string): string {
  const format = formatOfKey(key);
  return format ? FORMATS[format].contentType : 'application/octet-stream';
}

interface Part {
  name: string;
  type: string;
  body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** The parts as multipart/form-data, which browsers read with `response.formData()`, without holding them in memory. */
export async function* formOf(boundary: string, parts: Part[]): AsyncGenerator<Buffer> {
  try {
    for (const { name, type, body } of parts) {
      const disposition = `form-data; name="${name}"; filename="${name}"`;
      yield Buffer.from(
        `--${boundary}\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${type}\r\n\r\n`,
      );
      yield* body;
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(`--${boundary}--\r\n`);
  } finally {
    for (const { body } of parts) if (body instanceof Readable) body.destroy();
  }
}
