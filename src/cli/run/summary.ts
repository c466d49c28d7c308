// What `halve run` says at its end: how much lighter, why images failed, and where the files are.
import { join } from 'node:path';
import { meaningOf } from '../../meanings.ts';
import type { RequestRecord } from '../../records/schema.ts';
import type { FailureCount } from '../../records/statistics.ts';

const REASONS_TOLD = 5;

type Counts = Pick<
  RequestRecord,
  'images_total' | 'images_processed' | 'images_failed' | 'bytes_in' | 'bytes_out'
>;

/** `failures`: by code, the most frequent first. `files`: their names in the folder `out`. */
export function summaryOf(
  request: Counts,
  {
    failures,
    out,
    files,
  }: {
    failures: FailureCount[];
    out: string;
    files: { output: string; import: string; report: string; failed: string | null };
  },
): string {
  const { images_total, images_processed, images_failed } = request;
  const counts = `${images_processed} of ${images_total} images processed, ${images_failed} failed`;
  const lines = [images_processed > 0 ? `${counts}; ${savedBy(request)}` : counts];
  for (const { code, images } of failures.slice(0, REASONS_TOLD))
    lines.push(`  ${images} ${code}: ${meaningOf(code).what}`);
  const others = failures.slice(REASONS_TOLD).reduce((sum, { images }) => sum + images, 0);
  if (others > 0) lines.push(`  ${others} for other reasons`);
  if (files.failed !== null) {
    lines.push(`why each failed: ${join(out, files.report)}`);
    lines.push(
      `the failed rows: ${join(out, files.failed)}; when their URLs are mended, run it with --out ${out}`,
    );
  }
  return [...lines, join(out, files.import), join(out, files.output)].join('\n');
}

function savedBy({ bytes_in, bytes_out }: Counts): string {
  const [before, after] = [Number(bytes_in), Number(bytes_out)];
  const saved = before === 0 ? 0 : Math.round((1 - after / before) * 100);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return `${megabytes(before)} -> ${megabytes(after)} (${saved} % saved)`;
}
