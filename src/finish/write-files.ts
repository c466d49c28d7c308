// The files that a request ends with, in one pass over what came in and its images.
import { StorageFault } from '../errors.ts';
import type { Storage } from '../ports.ts';
import type { Records } from '../records/open-records.ts';
import type { ImageRecord } from '../records/results.ts';
import type { RequestRecord } from '../records/schema.ts';
import { fileKey, type ResultFile, resultFilesOf } from '../request-files.ts';
import { readRecords, type TableRecord } from '../table/table.ts';
import { MAX_OUTPUT_IMAGES } from '../webhook/payload.ts';
import { type Failure, failedRecord } from './failed-file.ts';
import { importRecord } from './import-file.ts';
import { openStoredFile } from './open-stored-file.ts';
import { outputRecord } from './output-file.ts';
import { REPORT_HEADER, reportLines } from './report-csv.ts';
import { createRowImages } from './row-images.ts';

/**
 * Streams the files of a request to the storage: output, import, report and, if anything failed, failed. Returns the first
 * output URLs.
 * @throws StorageFault when the storage is away; nothing counts then, and it may be called again.
 */
export async function writeFiles(
  request: RequestRecord,
  { results, storage }: { results: Records['results']; storage: Storage },
): Promise<string[]> {
  const { csv: shape, options } = request;
  const input = await storage.get(fileKey('input', request));
  if (!input) throw new Error(`the input file of ${request.id} is gone`);
  const files = resultFilesOf(request).map((kind) => ({
    kind,
    file: openStoredFile(storage, fileKey(kind, request)),
  }));
  const outputUrls: string[] = [];
  const imagesOf = createRowImages(request, results);
  const urlOf = (key: string) => storage.url(key);

  async function partsOf(record: TableRecord): Promise<Record<ResultFile, Buffer | null>> {
    const rowImages = await imagesOf(record);
    const places = rowImages.map(({ output_key }) => (output_key === null ? null : urlOf(output_key)));
    for (const url of places) if (url !== null && outputUrls.length < MAX_OUTPUT_IMAGES) outputUrls.push(url);
    return {
      output: outputRecord(shape, record, places),
      import: importRecord(shape, record, places),
      report: reportLines(shape, record, { images: rowImages, urlOf }),
      failed: failedRecord(shape, record, { failures: rowImages.map(failureOf), options }),
    };
  }

  try {
    await files.find(({ kind }) => kind === 'report')!.file.write(Buffer.from(REPORT_HEADER));
    for await (const page of readRecords(input, shape)) {
      const parts = [];
      for (const record of page) parts.push(await partsOf(record));
      for (const { kind, file } of files)
        await file.write(Buffer.concat(parts.flatMap((part) => part[kind] ?? [])));
      await new Promise(setImmediate);
    }
    await Promise.all(files.map(({ file }) => file.end()));
  } catch (error) {
    for (const { file } of files) file.abort(error as Error);
    throw input.errored ? new StorageFault('the input file could not be read', { cause: error }) : error;
  }
  return outputUrls;
}

/** Why an image failed, for the failed file; null when it needs no mending. */
function failureOf(image: ImageRecord): Failure | null {
  if (image.status === 'processed') return null;
  return { code: image.error_code ?? '', message: image.error_message ?? '', url: image.input_url };
}
