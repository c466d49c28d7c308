// What is due: rows in a state are the outbox, and claiming them under a lease is the only way work is handed out.
import { sql } from 'kysely';
import type { ClaimedImage } from '../ports.ts';
import { bound } from '../util/bound.ts';
import { claimDue } from './claim-due.ts';
import type { Connection } from './connection/connect.ts';
import { type Columns, pagesOf, tableOf } from './connection/table-of.ts';

/** Requests that share one claim; the others have their turn in the next. */
const ROUND = 50;
/** Requests that are looked at for the oldest wait: those that have waited longest for their turn. */
const LOOKED_AT = 1_000;

type Claim = Pick<ClaimedImage, 'request_id' | 'seq' | 'claim'>;
export const CLAIM: Columns<Claim> = {
  request_id: { type: 'text', of: ({ request_id }) => request_id },
  seq: { type: 'integer', of: ({ seq }) => seq },
  claims: { type: 'integer', of: ({ claim }) => claim },
};

export function createDue(connection: Connection) {
  /** Claimed, perhaps, by a call that failed before it handed them out: given back by the next. */
  let unreturned: Claim[] = [];

  return {
    /**
     * Claims up to about `limit` due images under a lease, shared evenly by the active requests, those that waited
     * longest first. So ten images uploaded behind a million are handed out with the next page. Any number of processes
     * may do it at once: none waits for another, and no image goes to two.
     */
    async claimImages(limit: number, leaseMs: number): Promise<ClaimedImage[]> {
      await releaseClaims(connection, unreturned);
      unreturned = [];
      const claimed: ClaimedImage[] = [];
      try {
        await claimShares(connection, limit, { leaseMs, claimed });
      } catch (error) {
        unreturned = claimed;
        throw error;
      }
      return claimed;
    },
    ...bound(connection, { claimDeliveries, releaseClaims, releaseLeases, countActive, oldestWaitMs }),
  };
}

/** What is claimed is in `claimed` even when it rejects. */
interface Claiming {
  leaseMs: number;
  claimed: ClaimedImage[];
}

async function claimShares(connection: Connection, limit: number, claiming: Claiming): Promise<void> {
  const { claimed } = claiming;
  const active = await connection.db
    .selectFrom('requests')
    .select('id')
    .where(sql<boolean>`status in ('pending', 'processing')`)
    .where(sql<boolean>`images_processed + images_failed < images_total`)
    .orderBy('dispatched_at')
    .limit(Math.min(ROUND, limit))
    .execute();
  for (const [index, { id }] of active.entries()) {
    // What one request leaves over goes to those after it.
    const share = Math.ceil((limit - claimed.length) / (active.length - index));
    if (share > 0) await claimOf(connection, id, { limit: share, ...claiming });
  }
  await takeTurn(
    connection,
    active.map(({ id }) => id),
  );
  await startProcessing(connection, [...new Set(claimed.map(({ request_id }) => request_id))]);
}

/** Takes deliveries whose next attempt is due, under a lease. */
function claimDeliveries(connection: Connection, limit: number, leaseMs: number) {
  return claimDue(connection, { table: 'deliveries', column: 'next_attempt_at', limit, leaseMs });
}

/**
 * Gives every leased row back at once. Only for the start of a process that has the database to itself
 * (`records.exclusive`), when no lease can have an owner.
 */
async function releaseLeases({ db, now }: Connection): Promise<void> {
  await db
    .updateTable('images')
    .set({ due_at: 0, leased: 0 })
    .where('status', '=', sql.lit('pending'))
    .where('leased', '=', 1)
    .execute();
  await db
    .updateTable('requests')
    .set({ finish_due_at: now() })
    .where('finish_due_at', 'is not', null)
    .execute();
  await db
    .updateTable('requests')
    .set({ receiving_until: 0 })
    .where('status', '=', sql.lit('receiving'))
    .execute();
  // A delivery's lease reaches a minute ahead at most, its retry times much further: those stay as they are.
  await db
    .updateTable('deliveries')
    .set({ next_attempt_at: now() })
    .where('status', '=', 'pending')
    .where('attempts', '=', 0)
    .execute();
}

/** Requests that have not ended: for metrics, and for whoever looks. */
async function countActive({ db }: Connection): Promise<number> {
  const row = await db
    .selectFrom('requests')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where(sql<boolean>`status in ('pending', 'processing')`)
    .executeTakeFirstOrThrow();
  return row.count;
}

/**
 * Milliseconds that the oldest image has waited which is due and not handed out; 0 when none is. An image waits from
 * when its request was accepted, or from the time of its next attempt; in a request that was opened again from that
 * request's last turn, since when it was opened is not known. One look at an index for each active request.
 */
async function oldestWaitMs({ db, now }: Connection): Promise<number> {
  const { rows } = await sql<{ waited: number | null }>`
    select max(${now()} - case when due > 0 then due when revision = 0 then created_at
      when dispatched_at > 0 then dispatched_at end) as waited
    from (
      select created_at, dispatched_at, revision, (
        select min(due_at) from images where request_id = active.id and status = 'pending') as due
      from (
        select * from requests where status in ('pending', 'processing')
          and images_processed + images_failed < images_total
        order by dispatched_at limit ${LOOKED_AT}) as active) as looked
    where due <= ${now()}`.execute(db);
  return Math.max(0, rows[0]!.waited ?? 0);
}

/**
 * Makes claimed images due again at once, as if they had not been handed out: for a worker that stops. A claim that
 * is no longer the newest, or has ended, is left alone. Returns how many were given back.
 */
async function releaseClaims({ kind, db }: Connection, images: Claim[]): Promise<number> {
  let released = 0;
  for (const items of pagesOf(images, { kind, columns: CLAIM })) {
    // Found by their primary key, for the reason told in results.ts.
    const { numAffectedRows } = await sql`
      with ${tableOf('claim', { kind, columns: CLAIM, items })}
      update images set due_at = 0, leased = 0 from claim
      where images.request_id = claim.request_id and images.seq = claim.seq and images.claims = claim.claims
        and images.status is not distinct from 'pending' and images.leased = 1`.execute(db);
    released += Number(numAffectedRows);
  }
  return released;
}

/** Adds what it claims to `claimed` before the commit, so that it is known even when the commit's answer is lost. */
async function claimOf(
  { now, lock, transaction }: Connection,
  requestId: string,
  { limit, leaseMs, claimed }: Claiming & { limit: number },
): Promise<void> {
  const earlier = claimed.length;
  await transaction(async (transaction) => {
    claimed.length = earlier; // it may be run again
    const { rows } = await sql<ClaimedRow>`
      with due as materialized (
        select seq from images where request_id = ${requestId} and status = 'pending' and due_at <= ${now()}
        order by due_at, seq limit ${limit} ${lock.skip})
      update images set due_at = ${now()} + ${leaseMs}, leased = 1, claims = claims + 1 from due
      where images.request_id = ${requestId} and images.seq = due.seq
      returning images.seq, images."row", images."position", images.input_url, images.claims, images.attempts`.execute(
      transaction,
    );
    const images = rows.map(({ seq, row, position, input_url, claims, attempts }) => ({
      request_id: requestId,
      seq,
      row,
      position,
      url: input_url,
      claim: claims,
      attempts,
    }));
    claimed.push(...images.sort((a, b) => a.seq - b.seq));
  });
}

/** Puts the requests at the end of the round. One that is being written to by another has its turn again. */
async function takeTurn({ db, now, lock }: Connection, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('requests')
    .set({ dispatched_at: now() })
    .where('id', 'in', (from) =>
      from.selectFrom('requests').select('id').where('id', 'in', ids).modifyEnd(lock.skip),
    )
    .execute();
}

async function startProcessing({ db, now }: Connection, ids: string[]): Promise<void> {
  for (const id of ids) {
    await db
      .updateTable('requests')
      .set({ status: 'processing', started_at: now() })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .execute();
  }
}

interface ClaimedRow {
  seq: number;
  row: number;
  position: number;
  input_url: string;
  claims: number;
  attempts: number;
}
