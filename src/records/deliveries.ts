// Webhook deliveries: the log of attempts, the time of the next, replay; and what the built-in receiver got.
import { sql } from 'kysely';
import { bound } from '../util/bound.ts';
import type { Connection } from './connection/connect.ts';
import type { DeliveryAttemptRecord, DeliveryRecord, ReceivedWebhooksTable } from './schema.ts';

export interface DeliveryLog extends DeliveryRecord {
  attempt_log: DeliveryAttemptRecord[];
}

/** The built-in receiver is for trying things out: it keeps this many callbacks, the newest. */
const RECEIVED_KEPT = 1_000;

export function createDeliveries(connection: Connection) {
  return bound(connection, { get, recordAttempt, listByRequest, redeliver, receive, listReceived });
}

async function get({ db }: Connection, id: string): Promise<DeliveryRecord | null> {
  return (await db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/**
 * Logs one attempt and what follows from it: delivered, the next attempt after a time, or given up (null). Of several
 * that were made as the same attempt (a sender was frozen, another took over) the first to be recorded counts, but
 * what was delivered stays delivered. Nothing is logged of what was deleted meanwhile.
 */
async function recordAttempt(
  { now, lock, transaction: transact }: Connection,
  attempt: DeliveryAttemptRecord,
  outcome: { delivered: true } | { delivered: false; next_attempt_in_ms: number | null },
): Promise<void> {
  await transact(async (transaction) => {
    const delivery = transaction
      .selectFrom('deliveries')
      .select('id')
      .where('id', '=', attempt.delivery_id)
      .modifyEnd(lock.wait);
    if (!(await delivery.executeTakeFirst())) return;
    const { numInsertedOrUpdatedRows: logged } = await transaction
      .insertInto('delivery_attempts')
      .values(attempt)
      .onConflict((conflict) => conflict.columns(['delivery_id', 'attempt']).doNothing())
      .executeTakeFirstOrThrow();
    if (logged === 0n && !outcome.delivered) return;
    await transaction
      .updateTable('deliveries')
      .set(
        outcome.delivered
          ? {
              status: 'delivered',
              attempts: attempt.attempt,
              next_attempt_at: null,
              delivered_at: now(),
            }
          : {
              status: outcome.next_attempt_in_ms === null ? 'failed' : 'pending',
              attempts: attempt.attempt,
              next_attempt_at:
                outcome.next_attempt_in_ms === null
                  ? null
                  : sql<number>`${now()} + ${outcome.next_attempt_in_ms}`,
            },
      )
      .where('id', '=', attempt.delivery_id)
      .execute();
  });
}

/** The deliveries of a request with their attempts, oldest first. */
async function listByRequest({ db }: Connection, requestId: string): Promise<DeliveryLog[]> {
  const deliveries = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  if (deliveries.length === 0) return [];
  const attempts = await db
    .selectFrom('delivery_attempts')
    .selectAll()
    .where(
      'delivery_id',
      'in',
      deliveries.map(({ id }) => id),
    )
    .orderBy('attempt')
    .execute();
  return deliveries.map((delivery) => ({
    ...delivery,
    attempt_log: attempts.filter(({ delivery_id }) => delivery_id === delivery.id),
  }));
}

/** Makes a delivery due now, whatever became of it, under the same id. False when there is none. */
async function redeliver({ db, now }: Connection, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({ status: 'pending', next_attempt_at: now() })
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Keeps a callback that came in; the same id again only counts. */
async function receive(
  { db, now }: Connection,
  webhook: Omit<ReceivedWebhooksTable, 'times' | 'received_at'>,
): Promise<void> {
  await db
    .insertInto('received_webhooks')
    .values({ ...webhook, received_at: now() })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({ times: set('received_webhooks.times', '+', 1) })),
    )
    .execute();
  await db
    .deleteFrom('received_webhooks')
    .where('received_at', '<', (from) =>
      from
        .selectFrom('received_webhooks')
        .select('received_at')
        .orderBy('received_at', 'desc')
        .limit(1)
        .offset(RECEIVED_KEPT),
    )
    .execute();
}

/** What came in, newest first; with `owners` only what is certainly about a request of theirs. */
async function listReceived({ db }: Connection, limit: number, owners?: string[]) {
  let query = db.selectFrom('received_webhooks').selectAll().orderBy('received_at', 'desc').limit(limit);
  if (owners) {
    query = query
      .where('verified', '=', 1)
      .where('request_id', 'in', (from) =>
        from.selectFrom('requests').select('id').where('owner', 'in', owners),
      );
  }
  const rows = await query.execute();
  return rows.map(({ body, ...row }) => ({ ...row, payload: JSON.parse(body) as unknown }));
}
