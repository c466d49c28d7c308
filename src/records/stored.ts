// What the rows say of stored objects, for those who look for objects that none accounts for.
import { sql } from 'kysely';
import type { Connection } from './connection/connect.ts';
import type { RequestStatus } from './schema.ts';

const ENDED: RequestStatus[] = ['completed', 'failed', 'cancelled'];
const ROWS_A_PAGE = 10_000;

export interface StoredRequest {
  id: string;
  revision: number;
  images_total: number;
  /** Ended for so long that nothing writes to its folder any more. */
  settled: boolean;
}

export function createStored({ db, now, lock, transaction: transact }: Connection) {
  return {
    async isEmpty(): Promise<boolean> {
      return (await db.selectFrom('requests').select('id').limit(1).executeTakeFirst()) === undefined;
    },

    /** Those of these ids that have a row, whether it is shown or not. `settled` when ended more than `ageMs` ago. */
    async requests(ids: string[], ageMs: number): Promise<StoredRequest[]> {
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom('requests')
        .select(['id', 'revision', 'images_total', 'status', 'finish_due_at'])
        .select(sql<number>`${now()} - completed_at`.as('since'))
        .where('id', 'in', ids)
        .execute();
      return rows.map(({ id, revision, images_total, status, finish_due_at, since }) => ({
        id,
        revision,
        images_total,
        settled: ENDED.includes(status) && finish_due_at === null && since !== null && since >= ageMs,
      }));
    },

    /** The keys that the images of a request refer to, in pages. */
    async *keysOf({ id, images_total }: StoredRequest): AsyncGenerator<string[]> {
      for (let after = 0; after < images_total; after += ROWS_A_PAGE) {
        const rows = await db
          .selectFrom('images')
          .select(['output_key', 'original_key'])
          .where('request_id', '=', id)
          .where('seq', '>', after)
          .where('seq', '<=', after + ROWS_A_PAGE)
          .execute();
        yield rows.flatMap(({ output_key, original_key }) =>
          [output_key, original_key].filter((key) => key !== null),
        );
      }
    },

    /**
     * Does `work` while nobody can open the request again, which would give its keys a new meaning. False, without
     * doing it, when somebody has since it was read.
     */
    async whileEnded({ id, revision }: StoredRequest, work: () => Promise<void>): Promise<boolean> {
      return transact(async (transaction) => {
        const held = await transaction
          .selectFrom('requests')
          .select('id')
          .where('id', '=', id)
          .where('revision', '=', revision)
          .where('status', 'in', ENDED)
          .where('finish_due_at', 'is', null)
          .modifyEnd(lock.wait)
          .executeTakeFirst();
        if (held) await work();
        return held !== undefined;
      });
    },
  };
}
