// GET /status/…/failures and /statistics: why images failed, and what was saved where.
import { z } from 'zod';
import type { RequestRecord } from '../../records/schema.ts';
import { createAnswerCache } from '../../util/answer-cache.ts';
import type { App, HttpContext } from '../context.ts';
import { requestOf } from '../guards/access.ts';
import { requestParams } from '../params.ts';
import { problems } from '../problem.ts';
import { requestAnswers } from '../request-answers.ts';

const share = {
  images: z.number().int(),
  failed: z.number().int(),
  bytes_in: z.number().int().describe('Of the processed images'),
  bytes_out: z.number().int().describe('The same of what is delivered'),
};

const failuresSchema = z
  .object({
    failures: z.array(z.object({ code: z.string(), images: z.number().int() })),
  })
  .meta({ id: 'Failures' });

const statisticsSchema = z
  .object({
    hosts: z.array(z.object({ host: z.string(), ...share })).describe('Most images first, at most 100'),
    formats: z.array(z.object({ format: z.string(), ...share })).describe('By the delivered format'),
    tenths: z
      .array(z.number().int())
      .length(10)
      .describe('Images that saved up to 10 %, up to 20 % … of their bytes'),
    unchanged: z.number().int().describe('Images that are delivered as they came, or heavier'),
  })
  .meta({ id: 'Statistics' });

export function statisticsRoutes(app: App, context: HttpContext): void {
  const { statistics } = context.records;
  const failures = createAnswerCache(
    ({ id, images_total }: RequestRecord) => statistics.failures(id, images_total),
    requestAnswers,
  );
  const savings = createAnswerCache(
    ({ id, images_total }: RequestRecord) => statistics.savings(id, images_total),
    requestAnswers,
  );

  app.get(
    '/status/:request_id/failures',
    {
      schema: {
        tags: ['requests'],
        summary: 'How many images failed for which reason, also while the request runs',
        params: requestParams,
        response: { 200: failuresSchema, ...problems(401, 404) },
      },
    },
    async (call) => ({ failures: await failures(requestOf(call)) }),
  );

  app.get(
    '/status/:request_id/statistics',
    {
      schema: {
        tags: ['requests'],
        summary: 'What was saved by host, by format, and how it is distributed',
        params: requestParams,
        response: { 200: statisticsSchema, ...problems(401, 404) },
      },
    },
    async (call) => savings(requestOf(call)),
  );
}
