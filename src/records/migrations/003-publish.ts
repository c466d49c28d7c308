// What is still to be published of a request that has ended.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('requests').addColumn('publish_due_at', 'bigint').execute();
  await db.schema
    .alterTable('requests')
    .addColumn('published_seq', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createIndex('requests_to_publish')
    .on('requests')
    .column('publish_due_at')
    .where(sql.ref('publish_due_at'), 'is not', null)
    .execute();
}
