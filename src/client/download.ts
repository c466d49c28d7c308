// Files of a request: into a file that is there only when it is whole, into a stream, or into memory.
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { Call } from './call.ts';

/** A path, or a stream that is ended when the file is whole and destroyed when it cannot be. */
export type DownloadTarget = string | URL | Writable;

export interface Download {
  /** Into memory. */
  (id: string): Promise<Buffer>;
  /** Resolves when everything is written. */
  (id: string, target: DownloadTarget): Promise<void>;
}

/** `path` in front of a request's id. */
export function createDownload(call: Call, path: string): Download {
  async function download(id: string, target?: DownloadTarget): Promise<unknown> {
    const response = await call(`${path}/${encodeURIComponent(id)}`);
    if (target === undefined) return Buffer.from(await response.arrayBuffer());
    const body = Readable.fromWeb(response.body!);
    if (typeof target !== 'string' && !(target instanceof URL)) return pipeline(body, target);
    const file = typeof target === 'string' ? target : fileURLToPath(target);
    const unfinished = `${file}.unfinished`;
    try {
      await pipeline(body, createWriteStream(unfinished));
      await rename(unfinished, file);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }
  return download as Download;
}
