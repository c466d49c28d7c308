// The files of a request, each kind once: what it is called, and when it is there.
import { isFirstShape, type TableShape } from './table/shape.ts';

export const REQUEST_FILES = {
  input: { there: 'from the upload on', about: 'The file as it came in' },
  output: {
    there: 'when it has ended',
    about: 'The file as it came in, with one more column for each URL column',
  },
  import: {
    there: 'when it has ended',
    about:
      'The file as it came in, with each new URL in the place of the old one; a failed image keeps its old URL',
  },
  report: {
    there: 'when it has ended',
    about: 'One line per image: what became of it (always CSV, in UTF-8)',
  },
  failed: {
    there: 'when an image failed',
    about: 'The rows with failed images and why, to be mended and uploaded again',
  },
} as const satisfies Record<string, { there: string; about: string }>;

export type RequestFile = keyof typeof REQUEST_FILES;

export type ResultFile = Exclude<RequestFile, 'input'>;

export const REQUEST_FILE_NAMES = Object.keys(REQUEST_FILES) as RequestFile[];
/** Those that a request may end with. */
export const RESULT_FILES = REQUEST_FILE_NAMES.filter((name) => name !== 'input');

/** Those that this one ends with: nothing to mend when nothing failed, nothing to import of what the first versions took in. */
export function resultFilesOf(request: {
  images_total: number;
  images_processed: number;
  csv: Pick<TableShape, 'header_row'>;
}): ResultFile[] {
  const absent: Partial<Record<ResultFile, boolean>> = {
    failed: request.images_processed === request.images_total,
    import: isFirstShape(request.csv),
  };
  return RESULT_FILES.filter((file) => !absent[file]);
}

/**
 * Object key of one of a request's files. Each time the request is opened again the files it ends with get keys of their
 * own: a finisher that was thought dead overwrites nothing that is newer.
 */
export function fileKey(file: RequestFile, { id, revision }: { id: string; revision: number }): string {
  return `${id}/${file}${file === 'input' || revision === 0 ? '' : `-${revision}`}.csv`;
}

/** What such a key ends with, for a pattern that knows halve's own objects. */
export const FILE_KEY_END = `(?:input|(?:${RESULT_FILES.join('|')})(?:-[1-9]\\d*)?)\\.csv`;
