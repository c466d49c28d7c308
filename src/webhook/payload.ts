// Owns the body of a webhook: what the receiver is told when a request has ended.

/** Output URLs a body lists at most; the rest is in the output CSV. */
export const MAX_OUTPUT_IMAGES = 1_000;

export interface WebhookPayload {
  type: 'request.completed' | 'request.failed' | 'request.cancelled';
  /** ISO 8601, UTC: when the request ended, not when this attempt was made. */
  timestamp: string;
  request_id: string;
  status: EndedStatus;
  images: ImageCounts;
  output_csv_url: string | null;
  report_csv_url: string | null;
  /** URLs of the processed images, in the order of the CSV, up to MAX_OUTPUT_IMAGES. */
  output_images: string[];
  /** More were processed than `output_images` lists. */
  output_images_truncated: boolean;
}

export type EndedStatus = 'completed' | 'failed' | 'cancelled';

export interface ImageCounts {
  total: number;
  processed: number;
  failed: number;
  pending: number;
}

/**
 * The JSON text of a delivery. Made once per delivery and stored: every attempt sends the same bytes under the same id.
 * `outputImages` may be longer or lazy; no more than MAX_OUTPUT_IMAGES are taken from it.
 */
export function webhookBody(ended: {
  requestId: string;
  status: EndedStatus;
  /** When the request ended, milliseconds since the epoch. */
  endedAt: number;
  images: ImageCounts;
  outputCsvUrl: string | null;
  reportCsvUrl: string | null;
  outputImages: Iterable<string>;
}): string {
  const listed: string[] = [];
  for (const url of ended.outputImages) {
    if (listed.length === MAX_OUTPUT_IMAGES) break;
    listed.push(url);
  }
  const { total, processed, failed, pending } = ended.images;
  const payload: WebhookPayload = {
    type: `request.${ended.status}`,
    timestamp: new Date(ended.endedAt).toISOString(),
    request_id: ended.requestId,
    status: ended.status,
    images: { total, processed, failed, pending },
    output_csv_url: ended.outputCsvUrl,
    report_csv_url: ended.reportCsvUrl,
    output_images: listed,
    output_images_truncated: processed > listed.length,
  };
  return JSON.stringify(payload);
}
