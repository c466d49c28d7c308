// The four CSVs of a request, and the stored results below /files/ when the storage has no public address for them.
import fastifyStatic from '@fastify/static';
import { AppError } from '../../errors.ts';
import type { CsvShape } from '../../intake/csv.ts';
import type { StoredFiles } from '../../ports.ts';
import { type CsvKind, csvKey } from '../../util/links.ts';
import type { App, HttpContext } from '../context.ts';
import { requestOf } from '../guards/access.ts';
import { requestParams } from '../params.ts';
import { isClosed } from '../present.ts';
import { problems } from '../problem.ts';
import { isPicture } from '../send-picture.ts';

const KINDS: Record<CsvKind, string> = {
  output: 'The CSV as it came in, with the column Output Image Urls',
  input: 'The CSV as it came in',
  report: 'One line per image: what became of it',
  failed: 'The rows with failed images and why, to be mended and uploaded again',
};
const RETRY_AFTER_SECONDS = 5;
const KEY = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

export function fileRoutes(app: App, context: HttpContext): void {
  for (const [kind, summary] of Object.entries(KINDS) as [CsvKind, string][]) {
    app.get(
      `/${kind}_csv/:request_id`,
      {
        schema: {
          tags: ['results'],
          summary,
          params: requestParams,
          produces: ['text/csv'],
          // The input is there from the beginning.
          response: { ...problems(401, 404), ...(kind !== 'input' && problems(409)) },
        },
      },
      async (call, reply) => {
        const request = requestOf(call);
        if (kind !== 'input' && !isClosed(request)) {
          throw new AppError(
            'not_ready',
            `The request is ${request.status}; its files exist when it has ended.`,
            {
              retryAfterSeconds: RETRY_AFTER_SECONDS,
            },
          );
        }
        const file = await context.storage.get(csvKey(kind, request));
        if (!file)
          throw new AppError('not_found', kind === 'failed' ? 'No image failed.' : 'The file was removed.');
        const { encoding } = JSON.parse(request.csv) as CsvShape;
        return reply
          .type(`text/csv; charset=${kind === 'report' ? 'utf-8' : encoding}`)
          .header('content-disposition', `attachment; filename="${kind}.csv"`)
          .header('cache-control', 'no-store')
          .send(file as never); // a stream, which the documented problem answers have no type for
      },
    );
  }

  serveStored(app, context.storage.files);
}

/** /files/KEY, for a storage whose objects have no public address of their own. */
function serveStored(app: App, files: StoredFiles | null): void {
  if (files === null) return;
  if ('link' in files) {
    app.get('/files/*', { schema: { hide: true } }, async ({ params }, reply) => {
      const key = (params as { '*': string })['*'];
      if (!KEY.test(key) || !isPicture(key)) throw new AppError('not_found', 'There is no such file.');
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
    // The CSVs have routes of their own, which may need a key; what a browser would run is never stored.
    allowedPath: isPicture,
    cacheControl: false,
    setHeaders(reply) {
      // What strangers' servers sent must never run as a page of ours.
      reply.header('content-security-policy', "default-src 'none'; sandbox");
      reply.header('x-content-type-options', 'nosniff');
      reply.header('cross-origin-resource-policy', 'cross-origin');
      // A key is written once and its content never changes.
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}
