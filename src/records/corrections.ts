// Other URLs for images that could not be had, and with them which images are copies of which.
import { sql, type Transaction } from 'kysely';
import type { Connection } from './connection/connect.ts';
import { type Columns, pagesOf, tableOf } from './connection/table-of.ts';
import type { Database } from './schema.ts';

export interface UrlCorrection {
  seq: number;
  input_url: string;
}

/** Of the processed images of a request, copies counted. */
export interface Made {
  images_processed: number;
  bytes_in: number;
  bytes_out: number;
}

const CORRECTION: Columns<UrlCorrection> = {
  seq: { type: 'integer', of: ({ seq }) => seq },
  input_url: { type: 'text', of: ({ input_url }) => input_url },
};

/**
 * Gives images of an ended request other URLs; one that is processed keeps its own. Images that share a URL afterwards are
 * worked once: they are copies of a processed one where there is one, else of the first of them. Returns what is processed
 * then. One statement goes over all failed images: it is for a database that has time.
 */
export async function correctUrls(
  { kind }: Pick<Connection, 'kind'>,
  transaction: Transaction<Database>,
  { id, corrections }: { id: string; corrections: UrlCorrection[] },
): Promise<Made> {
  for (const items of pagesOf(corrections, { kind, columns: CORRECTION })) {
    await sql`
      with ${tableOf('correction', { kind, columns: CORRECTION, items })}
      update images set input_url = correction.input_url from correction
      where images.request_id = ${id} and images.seq = correction.seq and (
        select root.status from images as root where root.request_id = images.request_id
          and root.seq = coalesce(images.copy_of, images.seq)) <> 'processed'`.execute(transaction);
  }
  await sql`
    with known as materialized (
      select image.seq, image.input_url, root.seq as root, root.status from images as image
        join images as root on root.request_id = image.request_id and root.seq = coalesce(image.copy_of, image.seq)
        where image.request_id = ${id}),
    made as materialized (
      select input_url, min(root) as root from known where status = 'processed' group by input_url),
    grouped as materialized (
      select lacking.seq, coalesce(made.root, min(lacking.seq) over (partition by lacking.input_url)) as root
        from known as lacking left join made on made.input_url = lacking.input_url where lacking.status <> 'processed')
    update images set copy_of = nullif(grouped.root, images.seq),
      status = case when grouped.root = images.seq then 'failed' end
    from grouped where images.request_id = ${id} and images.seq = grouped.seq
      and grouped.root <> coalesce(images.copy_of, images.seq)`.execute(transaction);
  const { rows } = await sql<Made>`
    select count(*) as images_processed, cast(coalesce(sum(root.bytes_in), 0) as bigint) as bytes_in,
      cast(coalesce(sum(root.bytes_out), 0) as bigint) as bytes_out
    from images as image
      join images as root on root.request_id = image.request_id and root.seq = coalesce(image.copy_of, image.seq)
    where image.request_id = ${id} and root.status = 'processed'`.execute(transaction);
  return rows[0]!;
}
