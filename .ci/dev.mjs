// What `npm run dev` promises: the page by Vite, the server behind it from source, an image worked from source, a start
// after a change, and nothing left after one Ctrl-C.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const picture = readFileSync('docs/images/page-start.webp');
const data = mkdtempSync(join(tmpdir(), 'halve-dev-'));
const origin = createServer((_request, response) => response.end(picture)).listen(0, '127.0.0.1');
await once(origin, 'listening');

/** What `look` finds. Fails when that takes too long. */
async function until(what, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come; npm run dev printed:\n${printed}`);
    await wait(100);
  }
}

/** Every process that was started by this one, however far down: the environment goes along. */
function running() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`DATA_DIR=${data}`);
      } catch {
        return false;
      }
    });
}

let printed = '';
const dev = spawn('npm', ['run', 'dev', '--', '--workers', '1'], {
  env: { ...process.env, PORT: '0', DATA_DIR: data },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
dev.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
try {
  const [, page] = await until('the page', () => /the page, .* is on (\S+)\/\n/.exec(printed));
  const started = (times) =>
    until(`start ${times}`, async () => {
      if (printed.split('halve is listening on').length <= times) return false;
      return (await fetch(`${page}/readyz`)).ok;
    });
  await started(1);
  const html = await (await fetch(`${page}/`)).text();
  assert.match(html, /\/@vite\/client/);
  assert.match(html, /src\/main\.tsx/);
  const refused = await fetch(`${page}/preview`);
  assert.deepEqual([refused.status, refused.headers.get('content-type')], [404, 'application/problem+json']);

  const form = new FormData();
  const csv = `S. No.,Product Name,Input Image Urls\n1,Mug,http://127.0.0.1:${origin.address().port}/mug.webp\n`;
  form.set('file', new Blob([csv]), 'one.csv');
  const uploaded = await fetch(`${page}/upload`, { method: 'POST', body: form });
  assert.equal(uploaded.status, 202);
  const { request_id } = await uploaded.json();
  const ended = await until('the end of the request', async () => {
    const request = await (await fetch(`${page}/status/${request_id}`)).json();
    return request.status === 'completed' && request;
  });
  assert.equal(ended.images.processed, 1);

  const now = new Date();
  utimesSync('src/cli.ts', now, now);
  await started(2);

  // As a terminal does: to everybody in the group.
  process.kill(-dev.pid, 'SIGINT');
  await until('the end', () => dev.exitCode !== null || dev.signalCode !== null);
  await until('the end of all that was started', () => running().length === 0);
  console.log('one image worked from source, one start after a change, no process left');
} finally {
  for (const pid of running()) process.kill(Number(pid), 'SIGKILL');
  origin.close();
  rmSync(data, { recursive: true, force: true });
}
