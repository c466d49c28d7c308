// The judge of every fault: what was promised against what there is, in the API, the files, the database and the logs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { expect } from 'vitest';
import { query } from '../fakes/postgres.ts';
import type { ImageBody, Service } from '../flow/service.ts';
import type { Ledger } from './ledger.ts';
import { expectedOutput, type Site } from './site.ts';

export interface Trial {
  server: Service;
  ledger: Ledger;
  site: Site;
  databaseUrl: string;
  /** What the injected faults may cost: fetches of one URL beyond the first, and of all together. */
  allowed: { refetchesOfOne: number; refetches: number; callbacksOfOne?: number };
  /** Requests in the database that were never promised, at most: their 202 was lost on the way to the client. */
  unpromised?: number;
}

/** Resolves with the number of fetches beyond the first of each URL. */
export async function expectPromisesKept(trial: Trial): Promise<number> {
  const { server, ledger, site, allowed } = trial;
  await ledger.settled();
  await expectWebhooks(trial);
  for (const { id, catalogue } of ledger.promised) {
    const failed = catalogue.rows.filter(({ width }) => width === null).length;
    const total = catalogue.rows.length;
    expect(await server.status(id)).toMatchObject({
      status: 'completed',
      progress: 100,
      images: { total, processed: total - failed, failed, pending: 0 },
    });
    const images = await server.images(id);
    // (a) Every row, once, in its place, with its end.
    expect(images.map(({ row, position, status, width }) => [row, position, status, width])).toEqual(
      catalogue.rows.map(({ width }, index) => [
        index + 1,
        1,
        width === null ? 'failed' : 'processed',
        width,
      ]),
    );
    await expectOutputs(images);
    // (d)
    expect(String(await server.file('output', id))).toBe(
      expectedOutput(
        catalogue,
        images.map(({ output_url }) => output_url),
      ),
    );
    const report = String(await server.file('report', id))
      .trimEnd()
      .split('\r\n');
    expect(report).toHaveLength(total + 1);
  }
  await ledger.stop();
  expect(ledger.violations).toEqual([]);
  await expectRows(trial);

  // (f)
  const urls = ledger.promised.flatMap(({ catalogue }) => catalogue.rows.map(({ url }) => url));
  const counts = urls.map((url) => site.fetchesOf(url));
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...counts)).toBeLessThanOrEqual(1 + allowed.refetchesOfOne);
  const refetches = counts.reduce((sum, count) => sum + count, 0) - urls.length;
  expect(refetches).toBeLessThanOrEqual(allowed.refetches);
  return refetches;
}

/** (c) Every output URL answers with what was recorded; the same picture is the same file, however often it was made. */
async function expectOutputs(images: ImageBody[]): Promise<void> {
  const hashes = new Map<number, Set<string>>();
  for (const image of images) {
    if (image.output_url === null) continue;
    const answer = await fetch(image.output_url);
    expect(answer.status).toBe(200);
    const body = Buffer.from(await answer.arrayBuffer());
    const hash = createHash('sha256').update(body).digest('hex');
    expect([hash, body.length]).toEqual([image.sha256, image.bytes_out]);
    hashes.set(image.width!, (hashes.get(image.width!) ?? new Set()).add(hash));
  }
  for (const [width, distinct] of hashes) expect([width, distinct.size]).toEqual([width, 1]);
}

/** (e) One id per request, one body, every signature right. */
async function expectWebhooks({ ledger, site, allowed }: Trial): Promise<void> {
  for (const { id } of ledger.promised) {
    const sent = () => site.callbacks.filter(({ requestId }) => requestId === id);
    await expect.poll(() => sent().length, { timeout: 100_000 }).toBeGreaterThanOrEqual(1);
    expect(new Set(sent().map(({ webhookId }) => webhookId)).size).toBe(1);
    expect(new Set(sent().map(({ body }) => body)).size).toBe(1);
    expect(sent().length).toBeLessThanOrEqual(allowed.callbacksOfOne ?? 1);
  }
  expect(site.callbacks.filter(({ verified }) => !verified)).toEqual([]);
}

interface Counted {
  id: string;
  status: string;
  processed: number;
  failed: number;
  rows_processed: number;
  rows_failed: number;
  products: number;
  rows: number;
}

/** (g) The counters are the counted rows, and nobody's request is there. Copies count with what they are a copy of. */
const COUNTED = `
  select id, status, images_processed as processed, images_failed as failed, products,
    (select count(*) from images i join images r on r.request_id = i.request_id
      and r.seq = coalesce(i.copy_of, i.seq) where i.request_id = q.id and r.status = 'processed') as rows_processed,
    (select count(*) from images i join images r on r.request_id = i.request_id
      and r.seq = coalesce(i.copy_of, i.seq) where i.request_id = q.id and r.status = 'failed') as rows_failed,
    (select count(*) from products where request_id = q.id) as rows
  from requests q where status not in ('receiving', 'deleting')`;

async function expectRows({ ledger, databaseUrl, unpromised = 0 }: Trial): Promise<void> {
  const rows = await select<Counted>(databaseUrl, COUNTED);
  for (const row of rows) {
    expect([row.id, Number(row.rows_processed), Number(row.rows_failed), Number(row.rows)]).toEqual([
      row.id,
      Number(row.processed),
      Number(row.failed),
      Number(row.products),
    ]);
  }
  const known = new Set(rows.map(({ id }) => id));
  expect(ledger.promised.filter(({ id }) => !known.has(id))).toEqual([]);
  expect(rows.length - ledger.promised.length).toBeLessThanOrEqual(unpromised);
}

async function select<Row extends object>(databaseUrl: string, statement: string): Promise<Row[]> {
  if (databaseUrl.startsWith('postgres:')) return query(databaseUrl, statement);
  const database = new Sqlite(databaseUrl, { readonly: true });
  try {
    return database.prepare(statement).all() as Row[];
  } finally {
    database.close();
  }
}

interface Fleet {
  workers: { stop(): Promise<number | null> }[];
  server: { stop(): Promise<number | null> };
  mark: string;
  files: string;
}

/** Ends a fleet; all that is left of its processes ends with 0. `killed` writes may have been cut off by a kill. */
export async function stopAll(fleet: Fleet, killed = 0): Promise<void> {
  const codes = await Promise.all([...fleet.workers, fleet.server].map((program) => program.stop()));
  // One that was killed before ended by its signal.
  expect(codes.filter((code) => code !== 0 && code !== null)).toEqual([]);
  await expectNothingLeft(fleet.mark, fleet.files, killed);
}

/**
 * (g) After all processes were told to stop: no process with this mark in its environment, and no unfinished file but of
 * killed writes, which are removed after a day (or at the next start, by a process that is alone).
 */
export async function expectNothingLeft(mark: string, folder: string, unfinished = 0): Promise<void> {
  await expect.poll(() => marked(mark), { timeout: 20_000 }).toEqual([]);
  expect(readdirSync(join(folder, '.unfinished')).length).toBeLessThanOrEqual(unfinished);
}

/** Processes started with this text in their environment, image processes without a parent included. */
export function marked(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}
