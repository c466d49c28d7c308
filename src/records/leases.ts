// Claims that are under way: listed, so that they can be compared with what the queue holds, and made to last longer.
import { sql } from 'kysely';
import type { ClaimedImage, Clock } from '../ports.ts';
import type { Connection } from './connect.ts';

/** What is claimed, with the milliseconds left of each lease; less than 0 when it has ended and nobody claimed it again. */
export interface Leased {
  images: { image: ClaimedImage; left_ms: number }[];
  finishing: { request_id: string; left_ms: number }[];
}

export function createLeases({ db }: Connection, clock: Clock) {
  return {
    /** Claimed images of active requests and claimed finishings, `limit` of each, the oldest leases first. */
    async list(limit: number): Promise<Leased> {
      const now = clock.now();
      const images = await db
        .selectFrom('images')
        .select(['request_id', 'seq', 'row', 'position', 'input_url', 'claims', 'attempts'])
        .select(sql<number>`due_at - ${now}`.as('left_ms'))
        .where('request_id', 'in', (from) =>
          from.selectFrom('requests').select('id').where(sql<boolean>`status in ('pending', 'processing')`),
        )
        .where('status', '=', sql.lit('pending'))
        // Rows that were never claimed are due at 0: this keeps the millions of them out of the look at the index.
        .where('due_at', '>', 0)
        .where('leased', '=', 1)
        .orderBy('due_at')
        .limit(limit)
        .execute();
      const finishing = await db
        .selectFrom('requests')
        .select('id')
        .select(sql<number>`finish_due_at - ${now}`.as('left_ms'))
        .where('finish_due_at', '>', now)
        .orderBy('finish_due_at')
        .limit(limit)
        .execute();
      return {
        images: images.map(({ left_ms, input_url, claims, ...row }) => ({
          image: { ...row, url: input_url, claim: claims },
          left_ms: Number(left_ms),
        })),
        finishing: finishing.map(({ id, left_ms }) => ({ request_id: id, left_ms: Number(left_ms) })),
      };
    },

    /** Makes these leases last `leaseMs` from now. What has ended meanwhile stays as it is. */
    async renew(images: ClaimedImage[], finishing: string[], leaseMs: number): Promise<void> {
      const until = clock.now() + leaseMs;
      const seqs = new Map<string, number[]>();
      for (const { request_id, seq } of images) {
        const ofRequest = seqs.get(request_id);
        if (ofRequest) ofRequest.push(seq);
        else seqs.set(request_id, [seq]);
      }
      for (const [requestId, ofRequest] of seqs) {
        await db
          .updateTable('images')
          .set({ due_at: until })
          .where('request_id', '=', requestId)
          .where('seq', 'in', ofRequest)
          .where('status', '=', sql.lit('pending'))
          .where('leased', '=', 1)
          .execute();
      }
      if (finishing.length === 0) return;
      await db
        .updateTable('requests')
        .set({ finish_due_at: until })
        .where('id', 'in', finishing)
        .where('finish_due_at', 'is not', null)
        .execute();
    },
  };
}
