// The smallest proof that it works (`npm run demo`): serves the example catalogue, starts halve with an empty data
// folder, uploads the CSV, follows it to its end, and shows every image before and after. Exits 1 when anything failed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startListener } from '../dist/cli/listen.js';
import { SETTINGS } from '../dist/config.js';
import { newWebhookSecret } from '../dist/webhook/sign.js';
import { CATALOGUE_PORT, startOrigin } from './serve-catalogue.mjs';

const BIN = fileURLToPath(new URL('../bin/halve', import.meta.url));
const CSV = fileURLToPath(new URL('./catalogue/products.csv', import.meta.url));
const TIMEOUT_MS = 120_000;
const ended = ['completed', 'failed', 'cancelled'];

const folder = mkdtempSync(join(tmpdir(), 'halve-demo-'));
/** What to undo at the end, newest first. */
const undo = [() => rmSync(folder, { recursive: true, force: true })];

/** The origin, and the CSV whose URLs lead to it: the one that is committed, unless its port is taken. */
async function serveCatalogue() {
  const origin = await startOrigin(CATALOGUE_PORT).catch(() => startOrigin(0));
  undo.push(origin.close);
  if (origin.port === CATALOGUE_PORT) return CSV;
  const copy = join(folder, 'products.csv');
  const text = readFileSync(CSV, 'utf8');
  writeFileSync(copy, text.replaceAll(`localhost:${CATALOGUE_PORT}`, `localhost:${origin.port}`));
  console.log(`(port ${CATALOGUE_PORT} is taken, so a copy of the CSV names port ${origin.port})`);
  return copy;
}

/** Starts `halve serve` on a free port; resolves to its address when it has printed it. */
function startServer(secret) {
  // The settings of whoever runs this, such as a real database, are not the demo's.
  const environment = Object.entries(process.env).filter(([name]) => !(name in SETTINGS));
  const child = spawn(process.execPath, [BIN, 'serve', '--host', '127.0.0.1', '--port', '0'], {
    env: { ...Object.fromEntries(environment), DATA_DIR: join(folder, 'data'), WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  undo.push(async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(late);
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk) => {
      output += chunk;
      const address = /listening on (http:\/\/[^\s"]+)/.exec(output)?.[1];
      if (address) resolve(address);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    exited.then((code) => reject(new Error(`halve serve ended with ${code} before it listened:\n${output}`)));
    setTimeout(() => reject(new Error(`halve serve printed no address:\n${output}`)), 30_000).unref();
  });
}

async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}: ${await response.text()}`);
  return response;
}

async function upload(base, csv, webhookUrl) {
  const form = new FormData();
  form.set('webhook_url', webhookUrl);
  form.set('file', new Blob([readFileSync(csv)], { type: 'text/csv' }), 'products.csv');
  const response = await fetch(`${base}/upload`, { method: 'POST', body: form });
  const answer = await response.json();
  if (response.status !== 202) throw new Error(`the upload was refused: ${JSON.stringify(answer)}`);
  console.log(
    `uploaded products.csv: ${answer.products} products, ${answer.images} images, request ${answer.request_id}`,
  );
  return answer.request_id;
}

/** Asks until the request has ended, printing its progress every 10 % or so. */
async function follow(base, id) {
  const deadline = Date.now() + TIMEOUT_MS;
  for (let printed = -10; Date.now() < deadline; await wait(200)) {
    const status = await (await get(`${base}/status/${id}`)).json();
    const hasEnded = ended.includes(status.status);
    if (hasEnded || status.progress >= printed + 10) {
      const { processed, failed, total } = status.images;
      console.log(
        `  ${status.status.padEnd(10)} ${String(status.progress).padStart(3)} %  ${processed} of ${total}, ${failed} failed`,
      );
      printed = status.progress;
    }
    if (hasEnded) return status;
  }
  throw new Error(`the request had not ended after ${TIMEOUT_MS / 1000} s`);
}

async function imagesOf(base, id) {
  const images = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await (
      await get(`${base}/status/${id}/images?limit=100${cursor && `&cursor=${cursor}`}`)
    ).json();
    images.push(...page.images);
    cursor = page.next ?? null;
  }
  return images;
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(12);

function printTable(images) {
  console.log(`\n${'image'.padEnd(28)}${'before'.padStart(12)}${'after'.padStart(12)}${'saved'.padStart(9)}`);
  const line = (name, before, after, note = '') =>
    console.log(
      `${name.padEnd(28)}${kilobytes(before)}${kilobytes(after)}${`${(100 - (100 * after) / before).toFixed(0)} %`.padStart(9)}${note}`,
    );
  const processed = images.filter((image) => image.status === 'processed');
  const sum = (field) => processed.reduce((total, image) => total + image[field], 0);
  for (const image of images) {
    const name = image.input_url.split('/').at(-1);
    if (image.status === 'processed') {
      line(name, image.bytes_in, image.bytes_out, image.kept_original ? '  kept as it was' : '');
    } else console.log(`${name.padEnd(28)}  ${image.status}: ${image.error?.code} ${image.error?.message}`);
  }
  if (processed.length > 0) line('all', sum('bytes_in'), sum('bytes_out'));
}

async function demo() {
  const csv = await serveCatalogue();
  const secret = newWebhookSecret();
  const callbacks = [];
  const log = (line) => callbacks.push(line);
  const listener = await startListener({ host: '127.0.0.1', port: 0, secret, log });
  undo.push(listener.close);
  const base = await startServer(secret);
  console.log(`halve serves on ${base}`);

  const id = await upload(base, csv, listener.url);
  const status = await follow(base, id);
  const images = await imagesOf(base, id);
  printTable(images);

  const output = await (await get(`${base}/output_csv/${id}`)).text();
  console.log('\nthe first lines of output.csv:');
  for (const text of output.split(/\r?\n/).slice(0, 3)) console.log(`  ${text}`);

  for (let tries = 0; listener.received.length === 0 && tries < 150; tries++) await wait(200);
  console.log(`\nthe webhook:\n  ${callbacks.join('\n  ') || 'none came within 30 s'}`);

  const opened = images.find((image) => image.output_url);
  if (opened) await get(opened.output_url);
  const good = status.status === 'completed' && status.images.failed === 0;
  if (!good || !opened || !output.includes(opened.output_url) || !listener.received[0]?.verified) {
    throw new Error('the demo did not end as it should');
  }
}

/** Undoes everything that was started, even when one step fails. */
async function stop() {
  for (const step of undo.splice(0).reverse()) await Promise.resolve(step()).catch(console.error);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().then(() => process.exit(1)));
try {
  await demo();
} catch (error) {
  process.exitCode = 1;
  console.error(`\n${error instanceof Error ? error.message : error}`);
} finally {
  await stop();
}
