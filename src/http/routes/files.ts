// The files of a request, and the stored results below /files/ when the storage has no public address for them.
import fastifyStatic from '@fastify/static';
import { AppError } from '../../errors.ts';
import { FORMATS, formatOfKey } from '../../formats.ts';
import type { StoredFiles } from '../../ports.ts';
import type { RequestRecord } from '../../records/schema.ts';
import {
  fileKey,
  REQUEST_FILES,
  type RequestFile,
  type ResultFile,
  resultFilesOf,
} from '../../request-files.ts';
import type { App, HttpContext } from '../context.ts';
import { attachment, kindOf } from '../download-name.ts';
import { requestOf } from '../guards/access.ts';
import { requestParams } from '../params.ts';
import { isClosed } from '../present.ts';
import { problems } from '../problem.ts';
import { zipResults } from '../zip-results.ts';

/** Under which path each file is had, and with which ending: that of the file that came, or always CSV. */
const PATHS: [path: string, file: RequestFile, ending: 'csv' | 'as it came'][] = [
  ['/output_csv', 'output', 'csv'],
  ['/input_csv', 'input', 'csv'],
  ['/report_csv', 'report', 'csv'],
  ['/failed_csv', 'failed', 'csv'],
  ['/output', 'output', 'as it came'],
  ['/import', 'import', 'as it came'],
];
/** Why a request has not this file, where it may have none. */
const NEVER: Partial<Record<RequestFile, string>> = {
  failed: 'No image failed.',
  import: 'The upload came to a version that made no such file.',
};
const RETRY_AFTER_SECONDS = 5;
const KEY = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

export function fileRoutes(app: App, context: HttpContext): void {
  const { storage, records } = context;
  const documented = { tags: ['results'], params: requestParams };
  for (const [path, file, ending] of PATHS) {
    app.get(
      `${path}/:request_id`,
      {
        schema: {
          ...documented,
          summary: REQUEST_FILES[file].about,
          produces: ['text/csv'],
          // The input is there from the beginning.
          response: { ...problems(401, 404), ...(file !== 'input' && problems(409)) },
        },
      },
      async (call, reply) => {
        const request = requestOf(call);
        if (file !== 'input') mustBeClosed(request);
        if (file in NEVER && !resultFilesOf(request).includes(file as ResultFile))
          throw new AppError('not_found', NEVER[file]!);
        const stored = await storage.get(fileKey(file, request));
        if (!stored) throw new AppError('not_found', 'There is no such file any more.');
        const came = kindOf(request.file_name);
        const type = ending === 'csv' ? 'text/csv' : came.type;
        const name = ending === 'csv' ? `${file}.csv` : `${came.base}-${file}${came.ending}`;
        return reply
          .type(`${type}; charset=${file === 'report' ? 'utf-8' : request.csv.encoding}`)
          .header('content-disposition', attachment(name))
          .header('cache-control', 'no-store')
          .send(stored as never); // a stream, which the documented problem answers have no type for
      },
    );
  }

  app.get(
    '/zip/:request_id',
    {
      schema: {
        ...documented,
        summary: 'All results: the files, and the images below images/',
        produces: ['application/zip'],
        response: problems(401, 404, 409),
      },
    },
    async (call, reply) => {
      const request = requestOf(call);
      mustBeClosed(request);
      const zip = zipResults(request, { storage, results: records.results });
      reply.raw.once('close', () => zip.destroy());
      return reply
        .type('application/zip')
        .header('content-disposition', attachment(`${kindOf(request.file_name).base}-images.zip`))
        .header('cache-control', 'no-store')
        .send(zip as never); // as above
    },
  );

  serveStored(app, storage.files);
}

/** @throws AppError not_ready */
function mustBeClosed(request: RequestRecord): void {
  if (isClosed(request)) return;
  const message = `The request is ${request.status}; its files exist when it has ended.`;
  throw new AppError('not_ready', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/** /files/KEY, for a storage whose objects have no public address of their own. */
function serveStored(app: App, files: StoredFiles | null): void {
  if (files === null) return;
  if ('link' in files) {
    app.get('/files/*', { schema: { hide: true } }, async ({ params }, reply) => {
      const key = (params as { '*': string })['*'];
      if (!KEY.test(key) || !formatOfKey(key)) throw new AppError('not_found', 'There is no such file.');
      const { url, seconds } = await files.link(key);
      // Kept for half of its time, so that nobody is sent to a link about to end.
      return reply.header('cache-control', `private, max-age=${Math.floor(seconds / 2)}`).redirect(url, 302);
    });
    return;
  }
  void app.register(fastifyStatic, {
    root: files.folder,
    prefix: '/files/',
    decorateReply: false,
    dotfiles: 'deny',
    index: false,
    // Images only: the CSVs have routes of their own, which may need a key; what a browser would run is never stored.
    allowedPath: (path) => formatOfKey(path) !== undefined,
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('content-type', FORMATS[formatOfKey(path)!].contentType);
      // What strangers' servers sent must never run as a page of ours.
      reply.header('content-security-policy', "default-src 'none'; sandbox");
      reply.header('x-content-type-options', 'nosniff');
      reply.header('cross-origin-resource-policy', 'cross-origin');
      // A key is written once and its content never changes.
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}
