// An upload as multipart/form-data, made while it is sent: a catalogue need not fit into memory.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CsvSource, UploadOptions } from './types.ts';

/** @throws the system's error when the file of a path cannot be found, before anything is sent. */
export async function uploadForm(
  source: CsvSource,
  { options, fileName }: { options: UploadOptions; fileName: string | undefined },
): Promise<{ headers: Record<string, string>; body: AsyncIterable<Uint8Array> }> {
  const path = source instanceof URL ? fileURLToPath(source) : source;
  if (typeof path === 'string') await access(path);
  const name = fileName ?? (typeof path === 'string' ? basename(path) : 'upload.csv');
  const boundary = `halve-${randomUUID()}`;

  async function* body(): AsyncGenerator<Uint8Array> {
    let head = '';
    // In front of the file, so that the server knows the columns' names when it reads the file.
    for (const [field, value] of Object.entries(options).flatMap(eachValue)) {
      head += `--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`;
    }
    head += `--${boundary}\r\ncontent-disposition: form-data; name="file"; ${fileNameParameter(name)}\r\ncontent-type: text/csv\r\n\r\n`;
    yield Buffer.from(head);
    yield* bytesOf(path);
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body: body() };
}

/** A list is its field several times; what is not given is no field. */
function eachValue([field, given]: [string, unknown]): [field: string, value: unknown][] {
  const values = [given].flat().filter((value) => value !== undefined && value !== null);
  return values.map((value) => [field, value]);
}

async function* bytesOf(source: Exclude<CsvSource, URL>): AsyncGenerator<Uint8Array> {
  if (typeof source === 'string') yield* createReadStream(source);
  else if (source instanceof Uint8Array) yield source;
  else if (source instanceof Blob) yield* source.stream();
  else yield* source;
}

/** What a quoted string cannot say, or says in no agreed encoding, is percent-encoded (RFC 8187). */
function fileNameParameter(name: string): string {
  return /^[\x20-\x7e]+$/.test(name) && !/["\\]/.test(name)
    ? `filename="${name}"`
    : `filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`;
}
