// What is due: rows in a state are the outbox, and claiming them under a lease is the only way work is handed out.
import { sql } from 'kysely';
import type { ClaimedImage, Clock } from '../ports.ts';
import type { Connection } from './connect.ts';

/** Requests that share one claim; the others have their turn in the next. */
const ROUND = 50;

export function createDue({ db }: Connection, clock: Clock) {
  return {
    /**
     * Claims up to about `limit` due images under a lease, shared evenly by the active requests, those that waited
     * longest first. So ten images uploaded behind a million are handed out with the next page.
     */
    async claimImages(limit: number, leaseMs: number): Promise<ClaimedImage[]> {
      const now = clock.now();
      const active = await db
        .selectFrom('requests')
        .select('id')
        .where(sql<boolean>`status in ('pending', 'processing')`)
        .where(sql<boolean>`images_processed + images_failed < images_total`)
        .orderBy('dispatched_at')
        .limit(Math.min(ROUND, limit))
        .execute();
      const claimed: ClaimedImage[] = [];
      for (const [index, { id }] of active.entries()) {
        // What one request leaves over goes to those after it.
        const share = Math.ceil((limit - claimed.length) / (active.length - index));
        const rows = share > 0 ? await claimOf(id, share, now, leaseMs) : [];
        await db
          .updateTable('requests')
          .set((set) => ({
            dispatched_at: now,
            ...(rows.length > 0 && {
              status: sql.lit('processing'),
              started_at: set.fn.coalesce('started_at', sql<number>`${now}`),
            }),
          }))
          .where('id', '=', id)
          .where(sql<boolean>`status in ('pending', 'processing')`)
          .execute();
        claimed.push(...rows);
      }
      return claimed;
    },

    /** Takes deliveries whose next attempt is due, under a lease. */
    async claimDeliveries(limit: number, leaseMs: number): Promise<string[]> {
      const now = clock.now();
      const rows = await db
        .updateTable('deliveries')
        .set({ next_attempt_at: now + leaseMs })
        .where('id', 'in', (from) =>
          from
            .selectFrom('deliveries')
            .select('id')
            .where('next_attempt_at', 'is not', null)
            .where('next_attempt_at', '<=', now)
            .orderBy('next_attempt_at')
            .limit(limit),
        )
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },

    /** Gives every leased row back at once: for the start of a process that is alone, when no lease can have an owner. */
    async releaseLeases(): Promise<void> {
      const now = clock.now();
      await db
        .updateTable('images')
        .set({ due_at: 0, leased: 0 })
        .where('status', '=', sql.lit('pending'))
        .where('leased', '=', 1)
        .execute();
      await db
        .updateTable('requests')
        .set({ finish_due_at: now })
        .where('finish_due_at', 'is not', null)
        .execute();
      // A delivery's lease reaches a minute ahead at most, its retry times much further: those stay as they are.
      await db
        .updateTable('deliveries')
        .set({ next_attempt_at: now })
        .where('status', '=', 'pending')
        .where('attempts', '=', 0)
        .execute();
    },

    /** Images, requests and deliveries that are due now: for metrics and for knowing that all is done. */
    async countActive(): Promise<number> {
      const row = await db
        .selectFrom('requests')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where(sql<boolean>`status in ('pending', 'processing')`)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };

  async function claimOf(
    requestId: string,
    limit: number,
    now: number,
    leaseMs: number,
  ): Promise<ClaimedImage[]> {
    const rows = await db
      .updateTable('images')
      .set((set) => ({ due_at: now + leaseMs, leased: 1, claims: set('claims', '+', 1) }))
      .where('request_id', '=', requestId)
      .where('seq', 'in', (from) =>
        from
          .selectFrom('images')
          .select('seq')
          .where('request_id', '=', requestId)
          .where('status', '=', sql.lit('pending'))
          .where('due_at', '<=', now)
          .orderBy('due_at')
          .orderBy('seq')
          .limit(limit),
      )
      .returning(['seq', 'row', 'position', 'input_url', 'claims', 'attempts'])
      .execute();
    return rows
      .map(({ seq, row, position, input_url, claims, attempts }) => ({
        request_id: requestId,
        seq,
        row,
        position,
        url: input_url,
        claim: claims,
        attempts,
      }))
      .sort((a, b) => a.seq - b.seq);
  }
}
