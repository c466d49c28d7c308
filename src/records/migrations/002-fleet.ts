// Several processes on one database: who works, and uploads that show they are under way.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { isPostgres } from './dialect.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('workers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('processes', 'integer', (column) => column.notNull())
    .addColumn('running', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('heartbeat_at', 'bigint', (column) => column.notNull())
    .execute();

  await db.schema.alterTable('requests').addColumn('receiving_until', 'bigint').execute();
  await db.schema
    .createIndex('requests_hidden')
    .on('requests')
    .column('id')
    .where(sql.ref('status'), 'in', sql`('receiving', 'deleting')`)
    .execute();
  await db.schema
    .createIndex('requests_by_end')
    .on('requests')
    .column('completed_at')
    .where(sql.ref('completed_at'), 'is not', null)
    .execute();

  // Every image's row is written three times. The default waits until a fifth of the table is dead, and until then each
  // claim walks over what earlier claims left in the index.
  if (isPostgres(db)) {
    await sql`alter table images set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 10000,
      autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05)`.execute(db);
    await sql`alter table requests set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)`.execute(db);
  }
}
