// All results of a request in one ZIP file, made while it is sent: nothing of it is held.
import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { SeenUrls } from '../intake/seen-urls.ts';
import type { Storage } from '../ports.ts';
import type { Records } from '../records/open-records.ts';
import type { RequestRecord } from '../records/schema.ts';
import { fileKey, resultFilesOf } from '../request-files.ts';

const IMAGES_A_PAGE = 200;

export function zipResults(
  request: RequestRecord,
  { storage, results }: { storage: Storage; results: Pick<Records['results'], 'list'> },
): Readable {
  const zip = new ZipFile();
  const out = new PassThrough();
  let source: Readable | undefined;
  zip.on('error', (error) => out.destroy(error as Error));
  zip.outputStream.pipe(out);
  // Who reads may leave in the middle of an entry, and nobody but us knows where it comes from.
  out.once('close', () => source?.destroy());

  /** Resolves when the entry is begun, so that no more than one waits. */
  const add = (key: string, name: string, compress: boolean) =>
    new Promise<void>((begun) => {
      zip.addReadStreamLazy(name, { compress, mtime: new Date(request.completed_at ?? 0) }, (take) => {
        begun();
        storage.get(key).then(
          (stream) => {
            if (!stream) return take(new Error(`${key} is gone`), out);
            source = stream;
            if (out.destroyed) stream.destroy();
            else take(null, stream);
          },
          (error) => take(error, out),
        );
      });
    });

  async function addAll(): Promise<void> {
    for (const file of resultFilesOf(request)) await add(fileKey(file, request), `${file}.csv`, true);
    // The same URL has the same result: it is one entry.
    const seen = new SeenUrls();
    for (let cursor = 0; !out.destroyed; ) {
      const page = await results.list(request.id, { cursor, limit: IMAGES_A_PAGE, status: 'processed' });
      for (const { output_key: key, seq } of page) {
        if (key === null || seen.add(key, seq) !== null) continue;
        // Pictures do not get smaller; texts do.
        await add(key, `images/${key.slice(key.indexOf('/') + 1)}`, false);
      }
      if (page.length < IMAGES_A_PAGE) return;
      cursor = page.at(-1)!.seq;
    }
  }

  addAll().then(
    () => zip.end(),
    (error) => out.destroy(error),
  );
  return out;
}
