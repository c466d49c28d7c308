// Whose request it is: the name of the API key that uploaded it.
import type { Kysely } from 'kysely';
import { idType } from './dialect.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('requests')
    .addColumn('owner', idType(db), (column) => column.notNull().defaultTo(''))
    .execute();
  // One key's requests, newest first, without a walk over those of the others.
  await db.schema
    .createIndex('requests_by_owner')
    .on('requests')
    .columns(['owner', 'created_at', 'id'])
    .execute();
}
