// The first schema. Types are the ones that SQLite and PostgreSQL share.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { idType } from './dialect.ts';

type Id = ReturnType<typeof idType>;

export async function up(db: Kysely<unknown>): Promise<void> {
  const id = idType(db);
  await requests(db, id);
  await products(db, id);
  await images(db, id);
  await deliveries(db, id);
  await deliveryAttempts(db, id);
  await idempotencyKeys(db, id);
  await receivedWebhooks(db, id);
}

async function requests(db: Kysely<unknown>, id: Id): Promise<void> {
  await db.schema
    .createTable('requests')
    .addColumn('id', id, (column) => column.primaryKey())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('file_name', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('csv', 'text', (column) => column.notNull())
    .addColumn('webhook_url', 'text')
    .addColumn('products', 'integer', (column) => column.notNull())
    .addColumn('images_total', 'integer', (column) => column.notNull())
    .addColumn('images_processed', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('images_failed', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('bytes_in', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('bytes_out', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('completed_at', 'bigint')
    .addColumn('dispatched_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('finish_due_at', 'bigint')
    .execute();
  await db.schema.createIndex('requests_by_age').on('requests').columns(['created_at', 'id']).execute();
  await db.schema
    .createIndex('requests_active')
    .on('requests')
    .column('dispatched_at')
    .where(sql.ref('status'), 'in', sql`('pending', 'processing')`)
    .execute();
  await db.schema
    .createIndex('requests_to_finish')
    .on('requests')
    .column('finish_due_at')
    .where(sql.ref('finish_due_at'), 'is not', null)
    .execute();
}

async function products(db: Kysely<unknown>, id: Id): Promise<void> {
  await db.schema
    .createTable('products')
    .addColumn('request_id', id, (column) => column.notNull())
    .addColumn('row', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('products_pk', ['request_id', 'row'])
    .execute();
}

async function images(db: Kysely<unknown>, id: Id): Promise<void> {
  await db.schema
    .createTable('images')
    .addColumn('request_id', id, (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('row', 'integer', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('input_url', 'text', (column) => column.notNull())
    .addColumn('copy_of', 'integer')
    .addColumn('status', 'text')
    .addColumn('due_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('leased', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('claims', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('output_key', 'text')
    .addColumn('original_key', 'text')
    .addColumn('error_code', 'text')
    .addColumn('error_message', 'text')
    .addColumn('http_status', 'integer')
    .addColumn('bytes_in', 'bigint')
    .addColumn('bytes_out', 'bigint')
    .addColumn('width', 'integer')
    .addColumn('height', 'integer')
    .addColumn('format', 'text')
    .addColumn('quality', 'integer')
    .addColumn('kept_original', 'integer')
    .addColumn('encoder', 'text')
    .addColumn('source_quality', 'integer')
    .addColumn('sha256', 'text')
    .addPrimaryKeyConstraint('images_pk', ['request_id', 'seq'])
    .execute();
  await db.schema
    .createIndex('images_due')
    .on('images')
    .columns(['request_id', 'due_at', 'seq'])
    .where(sql.ref('status'), '=', sql.lit('pending'))
    .execute();
  await db.schema
    .createIndex('images_failed')
    .on('images')
    .columns(['request_id', 'seq'])
    .where(sql.ref('status'), '=', sql.lit('failed'))
    .execute();
  await db.schema
    .createIndex('images_copies')
    .on('images')
    .columns(['request_id', 'copy_of'])
    .where(sql.ref('copy_of'), 'is not', null)
    .execute();
}

async function deliveries(db: Kysely<unknown>, id: Id): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('id', id, (column) => column.primaryKey())
    .addColumn('request_id', id, (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull().defaultTo('pending'))
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('delivered_at', 'bigint')
    .execute();
  await db.schema.createIndex('deliveries_by_request').on('deliveries').column('request_id').execute();
  await db.schema
    .createIndex('deliveries_due')
    .on('deliveries')
    .column('next_attempt_at')
    .where(sql.ref('next_attempt_at'), 'is not', null)
    .execute();
}

async function deliveryAttempts(db: Kysely<unknown>, id: Id): Promise<void> {
  await db.schema
    .createTable('delivery_attempts')
    .addColumn('delivery_id', id, (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('duration_ms', 'integer', (column) => column.notNull())
    .addColumn('http_status', 'integer')
    .addColumn('error', 'text')
    .addColumn('response_excerpt', 'text')
    .addPrimaryKeyConstraint('delivery_attempts_pk', ['delivery_id', 'attempt'])
    .execute();
}

async function idempotencyKeys(db: Kysely<unknown>, id: Id): Promise<void> {
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('request_id', id, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('idempotency_keys_by_request')
    .on('idempotency_keys')
    .column('request_id')
    .execute();
}

async function receivedWebhooks(db: Kysely<unknown>, id: Id): Promise<void> {
  await db.schema
    .createTable('received_webhooks')
    .addColumn('id', id, (column) => column.primaryKey())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text')
    .addColumn('verified', 'integer')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('times', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .execute();
}
