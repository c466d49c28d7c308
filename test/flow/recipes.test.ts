// Every program on the pages for people runs as it stands there: recipes.md and the verifiers of webhooks.md.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { newWebhookSecret, signedHeaders } from '../../src/webhook/sign.ts';
import { catalogueFor } from '../fakes/catalogue.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { sampleFor, startImages } from './exports-samples.ts';
import { startService } from './service.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

const is = (program: string, argument: string) => spawnSync(program, [argument]).status === 0;
const noPython = !is('python3', '--version') && 'python3 is not here';
const noCurl = !is('curl', '--version') && 'curl is not here';
const noOpenssl = !is('openssl', 'version') && 'openssl is not here';

/** The first code block of a language below a heading. */
function block(page: string, heading: string, language: string): string {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const below = text.slice(text.indexOf(`\n${heading}\n`));
  const found = [...below.matchAll(/^```(\w+)\n(.*?)^```/gms)].filter(([, name]) => name === language);
  return found[0]![2]!;
}

async function catalogueInFolder() {
  const folder = tempFolder();
  writeFileSync(join(folder, 'products.csv'), await catalogueFor());
  const service = await startService({ env: { WORKERS: '2' } });
  return { folder, service, env: { ...process.env, HALVE_URL: service.url } };
}

const outputLines = (folder: string) =>
  readFileSync(join(folder, 'output.csv'), 'utf8').trimEnd().split('\n').length;

it.skipIf(noCurl)('recipes.md: the shell', async () => {
  const { folder, env, service } = await catalogueInFolder();
  await run('sh', ['-euc', block('recipes.md', '## From a shell', 'sh')], { cwd: folder, env });
  expect(outputLines(folder)).toBe(13);
  expect(readFileSync(join(folder, 'report.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(25);
  expect(await service.stop()).toBe(0);
});

it('recipes.md: Node', async () => {
  const { folder, env, service } = await catalogueInFolder();
  const program = block('recipes.md', '## From Node', 'js')
    .replace("'products.csv'", JSON.stringify(join(folder, 'products.csv')))
    .replace("'output.csv'", JSON.stringify(join(folder, 'output.csv')));
  // In the package's own folder, where its name leads to itself.
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, env });
  expect(stdout).toMatch(/^24 images, \d/);
  expect(outputLines(folder)).toBe(13);
  expect(await service.stop()).toBe(0);
});

it.skipIf(noPython)('recipes.md: Python', async () => {
  const { folder, env, service } = await catalogueInFolder();
  const program = block('recipes.md', '## From Python', 'python');
  const { stdout } = await run('python3', ['-c', program], { cwd: folder, env });
  expect(stdout).toBe('24 images\n');
  expect(outputLines(folder)).toBe(13);
  expect(await service.stop()).toBe(0);
});

it.skipIf(noCurl)("recipes.md: a shop's own export", async () => {
  const origin = await startImages();
  const folder = tempFolder();
  const came = sampleFor(origin, 'shopify-new.csv');
  writeFileSync(join(folder, 'export.csv'), came);
  const service = await startService();
  const env = { ...process.env, HALVE_URL: service.url };
  await run('sh', ['-euc', block('recipes.md', "## A shop's own export", 'sh')], { cwd: folder, env });
  const imported = readFileSync(join(folder, 'import.csv'), 'utf8');
  expect(imported.match(new RegExp(`${service.url}/files/`, 'g'))).toHaveLength(4);
  const without = (text: string) => text.replace(/http:\/\/[^,"]+/g, '');
  expect(without(imported)).toBe(without(String(came)));
  expect(await service.stop()).toBe(0);
});

const BODY = '{"type":"request.completed","request_id":"é"}';
const now = () => Math.floor(Date.now() / 1000);

it('webhooks.md: the receiver in Node', async () => {
  const secret = newWebhookSecret();
  const program = block('webhooks.md', '### Node', 'js');
  expect(program).toContain('.listen(9000)');
  const listening = program.replace(
    '.listen(9000)',
    '.listen(0, function () { console.log(this.address().port) })',
  );
  const child = spawn(process.execPath, ['--input-type=module', '-e', listening], {
    cwd: ROOT,
    env: { ...process.env, WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const url = `http://127.0.0.1:${(await lines.next()).value}`;
  const post = async (headers: Record<string, string>, body = BODY) =>
    (await fetch(url, { method: 'POST', headers, body })).status;
  const headers = signedHeaders({ id: 'msg_1', timestampSeconds: now(), body: BODY, secret });
  expect(await post(headers)).toBe(204);
  expect((await lines.next()).value).toContain('request.completed é');
  expect(await post(headers)).toBe(204);
  expect(await post(headers, `${BODY} `)).toBe(401);
  expect(await post(signedHeaders({ id: 'msg_1', timestampSeconds: now() - 400, body: BODY, secret }))).toBe(
    401,
  );
  expect(await post({})).toBe(401);
});

it.skipIf(noPython)('webhooks.md: the verifier in Python', async () => {
  const text = readFileSync(join(ROOT, 'docs/webhooks.md'), 'utf8');
  const program = /```python\n(import base64.*?)```/s.exec(text)![1]!;
  const secret = newWebhookSecret();
  const verify = async (headers: Record<string, string>, body: string) => {
    const call = `${program}\nimport json, sys\nsecret, headers, body = json.loads(sys.argv[1])\nprint(verify(secret, headers, body.encode()))\n`;
    return (await run('python3', ['-c', call, JSON.stringify([secret, headers, body])])).stdout.trim();
  };
  const headers = signedHeaders({ id: 'msg_1', timestampSeconds: now(), body: BODY, secret });
  expect(await verify(headers, BODY)).toBe('True');
  expect(
    await verify({ ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }, BODY),
  ).toBe('True');
  expect(await verify(headers, `${BODY} `)).toBe('False');
  expect(await verify({ ...headers, 'webhook-id': 'msg_2' }, BODY)).toBe('False');
  expect(
    await verify(signedHeaders({ id: 'msg_1', timestampSeconds: now() - 400, body: BODY, secret }), BODY),
  ).toBe('False');
});

it.skipIf(noOpenssl)('webhooks.md: the signature by hand', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'body.json'), BODY);
  const secret = newWebhookSecret();
  const headers = signedHeaders({ id: 'msg_1', timestampSeconds: now(), body: BODY, secret });
  const { stdout } = await run('sh', ['-euc', block('webhooks.md', '### By hand', 'sh')], {
    cwd: folder,
    env: { ...process.env, WEBHOOK_SECRET: secret, ID: 'msg_1', TIMESTAMP: headers['webhook-timestamp'] },
  });
  expect(`v1,${stdout.trim()}`).toBe(headers['webhook-signature']);
});
