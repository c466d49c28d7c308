// `halve gc` as a command: beside a fleet that works, and where a server on SQLite is in its way.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { fleetMissing, startFleet } from './fleet.ts';
import { BIN, type Service, startService } from './service.ts';

const missing = await fleetMissing();
const TWO_DAYS_MS = 2 * 86_400_000;

async function startSite(images: number, latencyMs = 0) {
  const origin = await startOrigin({ '*': { body: await photoJpeg(160, 120), latencyMs } });
  onTestFinished(() => origin.close());
  const rows = Array.from(
    { length: images },
    (_, n) => `${n + 1},Product ${n + 1},${origin.url}/${n + 1}.jpg`,
  );
  return `S. No.,Product Name,Input Image Urls\n${rows.join('\n')}\n`;
}

/** Runs the command to its end. */
function gc(args: string[], env: Record<string, string>) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [BIN, 'gc', ...args], { env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** Writes files of ten bytes, two days old. */
function plant(folder: string, ...keys: string[]): void {
  const old = new Date(Date.now() - TWO_DAYS_MS);
  for (const key of keys) {
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '0123456789');
    utimesSync(path, old, old);
  }
}

async function expectWhole(server: Service, id: string, images: number): Promise<void> {
  const all = await server.images(id);
  expect(all.filter(({ status }) => status === 'processed')).toHaveLength(images);
  for (const { output_url, sha256 } of all) {
    const body = Buffer.from(await (await fetch(output_url!)).arrayBuffer());
    expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
  }
  for (const kind of ['input', 'output', 'report'] as const) {
    expect((await server.file(kind, id)).length).toBeGreaterThan(0);
  }
}

describe.skipIf(missing)('beside a fleet', () => {
  it('removes what is left over, and nothing of what is uploaded and worked meanwhile', async () => {
    const csv = await startSite(60, 20);
    const { server, env, files } = await startFleet({ workers: 1 });
    const first = await server.upload(csv);
    await server.ended(first);
    const gone = randomUUID();
    plant(files, `${gone}/input.csv`, `${gone}/1-1-a.jpg`, `${first}/1-1-1.webp`, `${first}/notes.txt`);
    const settings = { DATABASE_URL: env.DATABASE_URL!, STORAGE_URL: env.STORAGE_URL!, REDIS_URL: '' };

    const young = await gc(['--dry-run'], settings);
    expect(young).toMatchObject({ code: 0, err: '' });
    expect(young.out).toContain(`remove  ${gone}/input.csv 10 (its request does not exist)\n`);
    expect(young.out).toContain('removed    2 objects, 20 bytes (would be)\n');
    expect(young.out).toContain(`unknown ${first}/notes.txt 10 `);
    expect(existsSync(join(files, gone))).toBe(true);

    // Without any age to protect it, over and over while the fleet works.
    const ids = [first];
    const uploads = (async () => {
      for (let n = 0; n < 4; n++) ids.push(await server.upload(csv));
      for (const id of ids) await server.ended(id);
    })();
    let working = true;
    void uploads.finally(() => (working = false)).catch(() => {});
    const outs: string[] = [];
    while (working) {
      const { code, out, err } = await gc(['--min-age-hours', '0'], settings);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      outs.push(out);
    }
    await uploads;
    expect(outs[0]).toContain('removed    3 objects, 30 bytes\n');
    expect(outs.every((out) => out.includes('unknown    1 objects, 10 bytes\n'))).toBe(true);
    expect(outs.slice(1).every((out) => out.includes('removed    0 objects, 0 bytes\n'))).toBe(true);
    expect(existsSync(join(files, gone))).toBe(false);
    expect(existsSync(join(files, first, 'notes.txt'))).toBe(true);
    for (const id of ids) await expectWhole(server, id, 60);
  });
});

it('asks for the server on SQLite to be stopped, and works then', async () => {
  const server = await startService({ env: { WORKERS: '1' } });
  const id = await server.upload(await startSite(5));
  await server.ended(id);
  const files = join(server.dataDir, 'files');
  const gone = randomUUID();
  plant(files, `${gone}/input.csv`, `${id}/1-1-1.png`);
  const settings = { DATA_DIR: server.dataDir };
  const refused = await gc([], settings);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/^halve: gc needs the SQLite database for itself: stop the server first \(/);
  expect(await server.stop()).toBe(0);

  const { code, out } = await gc(['--min-age-hours', '0'], settings);
  expect(code).toBe(0);
  expect(out).toMatch(/\nseen {7}11 objects, .*\nkept {7}9 objects, .*\nremoved {4}2 objects, 20 bytes\n/);
  expect(out).toMatch(/\nunknown {4}0 objects, 0 bytes\nunfinished 0 writes removed\n$/);
  expect(existsSync(join(files, gone))).toBe(false);
  const again = await startService({ dataDir: server.dataDir, port: Number(new URL(server.url).port) });
  await expectWhole(again, id, 5);
  expect(await again.stop()).toBe(0);
});

it('removes nothing by a database that is not there, or has no request', async () => {
  const folder = tempFolder();
  plant(join(folder, 'files'), `${randomUUID()}/input.csv`);
  const missing = await gc([], { DATA_DIR: folder });
  expect(missing).toEqual({
    code: 1,
    out: '',
    err: `halve: there is no database ${join(folder, 'halve.sqlite')}\n`,
  });
  const server = await startService({ dataDir: folder, env: { WORKERS: '1' } });
  await server.stop();
  const empty = await gc([], { DATA_DIR: folder });
  expect(empty).toMatchObject({ code: 1, out: '' });
  expect(empty.err).toContain('the database has no request');
  const forced = await gc(['--force'], { DATA_DIR: folder });
  expect(forced).toMatchObject({ code: 0, err: '' });
  expect(forced.out).toContain('removed    1 objects, 10 bytes\n');
});
