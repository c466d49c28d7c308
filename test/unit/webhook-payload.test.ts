// The body of a webhook, field by field, and its limit.
import { describe, expect, it } from 'vitest';
import { MAX_OUTPUT_IMAGES, webhookBody } from '../../src/webhook/payload.ts';

const urls = (count: number) =>
  Array.from({ length: count }, (_, n) => `http://halve.example/files/r/${n}.jpg`);
const counts = (processed: number, failed = 0) => ({
  total: processed + failed,
  processed,
  failed,
  pending: 0,
});

describe('the body of a webhook', () => {
  it('is the payload of the contract and nothing else', () => {
    const body = webhookBody({
      requestId: 'req_1',
      status: 'completed',
      endedAt: Date.UTC(2026, 0, 15, 12, 30, 1, 250),
      images: { ...counts(2, 1), extra: 1 } as ReturnType<typeof counts>,
      outputCsvUrl: 'http://halve.example/output_csv/req_1',
      reportCsvUrl: 'http://halve.example/report_csv/req_1',
      outputImages: urls(2),
    });
    expect(JSON.parse(body)).toEqual({
      type: 'request.completed',
      timestamp: '2026-01-15T12:30:01.250Z',
      request_id: 'req_1',
      status: 'completed',
      images: { total: 3, processed: 2, failed: 1, pending: 0 },
      output_csv_url: 'http://halve.example/output_csv/req_1',
      report_csv_url: 'http://halve.example/report_csv/req_1',
      output_images: ['http://halve.example/files/r/0.jpg', 'http://halve.example/files/r/1.jpg'],
      output_images_truncated: false,
    });
  });

  it.each(['completed', 'failed', 'cancelled'] as const)('names the type after the status: %s', (status) => {
    const body = webhookBody({
      requestId: 'req_1',
      status,
      endedAt: 0,
      images: counts(0),
      outputCsvUrl: null,
      reportCsvUrl: null,
      outputImages: [],
    });
    expect(JSON.parse(body)).toMatchObject({ type: `request.${status}`, status, output_csv_url: null });
  });

  it.each([
    [999, 999, false],
    [1_000, 1_000, false],
    [1_001, 1_000, true],
    [1_000_000, 1_000, true],
  ])('lists of %i images %i and says whether that is all', (processed, listed, truncated) => {
    let taken = 0;
    function* lazily() {
      for (; taken < processed; taken++) yield `http://halve.example/${taken}`;
    }
    const body = webhookBody({
      requestId: 'req_1',
      status: 'completed',
      endedAt: 0,
      images: counts(processed),
      outputCsvUrl: null,
      reportCsvUrl: null,
      outputImages: lazily(),
    });
    const payload = JSON.parse(body);
    expect(payload.output_images).toHaveLength(listed);
    expect(payload.output_images.at(-1)).toBe(`http://halve.example/${listed - 1}`);
    expect(payload.output_images_truncated).toBe(truncated);
    expect(taken).toBeLessThanOrEqual(MAX_OUTPUT_IMAGES);
  });
});
