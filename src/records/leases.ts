// Claims that are under way: listed, so that they can be compared with what the queue holds, and made to last longer.
import { sql } from 'kysely';
import type { ClaimedImage } from '../ports.ts';
import type { Connection } from './connection/connect.ts';
import { pagesOf, tableOf } from './connection/table-of.ts';
import { CLAIM } from './due.ts';

/** What is claimed, with the milliseconds left of each lease; less than 0 when it has ended and nobody claimed it again. */
export interface Leased {
  images: { image: ClaimedImage; left_ms: number }[];
  finishing: { request_id: string; left_ms: number }[];
}

export function createLeases({ kind, db, now }: Connection) {
  return {
    /** Claimed images of active requests and claimed finishings, `limit` of each, the oldest leases first. */
    async list(limit: number): Promise<Leased> {
      const images = await db
        .selectFrom('images')
        .select(['request_id', 'seq', 'row', 'position', 'input_url', 'claims', 'attempts'])
        .select(sql<number>`due_at - ${now()}`.as('left_ms'))
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
        .select(sql<number>`finish_due_at - ${now()}`.as('left_ms'))
        .where('finish_due_at', '>', now())
        .orderBy('finish_due_at')
        .limit(limit)
        .execute();
      return {
        images: images.map(({ left_ms, input_url, claims, ...row }) => ({
          image: { ...row, url: input_url, claim: claims },
          left_ms,
        })),
        finishing: finishing.map(({ id, left_ms }) => ({ request_id: id, left_ms })),
      };
    },

    /** Makes these leases last `leaseMs` from now. What has ended meanwhile stays as it is. */
    async renew(images: ClaimedImage[], finishing: string[], leaseMs: number): Promise<void> {
      for (const items of pagesOf(images, { kind, columns: CLAIM })) {
        await sql`
          with ${tableOf('claim', { kind, columns: CLAIM, items })}
          update images set due_at = ${now()} + ${leaseMs} from claim
          where images.request_id = claim.request_id and images.seq = claim.seq and images.claims = claim.claims
            and images.status = 'pending' and images.leased = 1`.execute(db);
      }
      if (finishing.length === 0) return;
      await db
        .updateTable('requests')
        .set({ finish_due_at: sql<number>`${now()} + ${leaseMs}` })
        .where('id', 'in', finishing)
        .where('finish_due_at', 'is not', null)
        .execute();
    },

    /**
     * The clock was set back by `byMs`: whatever waits for a time keeps the wait it had. Only for a process that has the
     * database to itself, where the time is its own.
     */
    async setBack(byMs: number): Promise<void> {
      await db
        .updateTable('images')
        .set({ due_at: sql<number>`due_at - ${byMs}` })
        .where('request_id', 'in', (from) =>
          from.selectFrom('requests').select('id').where(sql<boolean>`status in ('pending', 'processing')`),
        )
        .where('status', '=', sql.lit('pending'))
        .where('due_at', '>', now())
        .execute();
      await db
        .updateTable('requests')
        .set({ finish_due_at: sql<number>`finish_due_at - ${byMs}` })
        .where('finish_due_at', '>', now())
        .execute();
      await db
        .updateTable('deliveries')
        .set({ next_attempt_at: sql<number>`next_attempt_at - ${byMs}` })
        .where('next_attempt_at', '>', now())
        .execute();
    },
  };
}
