// What is due: rows in a state are the outbox, and claiming them under a lease is the only way work is handed out.
import { sql } from 'kysely';
import type { ClaimedImage, Clock } from '../ports.ts';
import type { Connection } from './connect.ts';
import type { ImagesTable } from './schema.ts';

/** What is claimed, with the end of each lease (ms since the epoch). */
export interface Leased {
  images: { image: ClaimedImage; leased_until: number }[];
  finishing: { request_id: string; leased_until: number }[];
}

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

    /**
     * Claimed images of active requests and claimed finishings, `limit` of each, those whose lease ends first before
     * others. A lease that has ended is among them until somebody else claims the row.
     */
    async listLeased(limit: number): Promise<Leased> {
      const images = await db
        .selectFrom('images')
        .select(['request_id', 'seq', 'row', 'position', 'input_url', 'claims', 'attempts', 'due_at'])
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
        .select(['id', 'finish_due_at'])
        .where('finish_due_at', '>', clock.now())
        .orderBy('finish_due_at')
        .limit(limit)
        .execute();
      return {
        images: images.map(({ due_at, ...row }) => ({
          image: claimedImage(row.request_id, row),
          leased_until: Number(due_at),
        })),
        finishing: finishing.map(({ id, finish_due_at }) => ({
          request_id: id,
          leased_until: Number(finish_due_at),
        })),
      };
    },

    /** Makes leases last `leaseMs` from now. */
    async renewLeases(
      images: Pick<ClaimedImage, 'request_id' | 'seq'>[],
      finishing: string[],
      leaseMs: number,
    ): Promise<void> {
      const until = clock.now() + leaseMs;
      for (const [requestId, seqs] of byRequest(images)) {
        await db
          .updateTable('images')
          .set({ due_at: until })
          .where('request_id', '=', requestId)
          .where('seq', 'in', seqs)
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
    return rows.map((row) => claimedImage(requestId, row)).sort((a, b) => a.seq - b.seq);
  }
}

function claimedImage(
  request_id: string,
  {
    input_url,
    claims,
    ...row
  }: Pick<ImagesTable, 'seq' | 'row' | 'position' | 'input_url'> & { claims: number; attempts: number },
): ClaimedImage {
  return { ...row, request_id, url: input_url, claim: claims };
}

function byRequest(images: Pick<ClaimedImage, 'request_id' | 'seq'>[]): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  for (const { request_id, seq } of images) {
    const ofRequest = seqs.get(request_id);
    if (ofRequest) ofRequest.push(seq);
    else seqs.set(request_id, [seq]);
  }
  return seqs;
}
