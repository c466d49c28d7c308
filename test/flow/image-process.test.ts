// Image processes as processes: what they see of the environment that halve was started in, and how they go.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { S3_ENV, startS3 } from '../fakes/s3.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { startHoldingOrigin } from './holding-origin.ts';
import { BIN, childrenOf, startService } from './service.ts';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const CANARY = 'canary0123456789';
const SECRETS = {
  PGPASSWORD: CANARY,
  NEW_SECRET: CANARY,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=${CANARY}`,
  WEBHOOK_SECRET: `whsec_${CANARY.repeat(2)}`,
  API_KEYS: `team:${CANARY}`,
  REDIS_URL: `redis://:${CANARY}@127.0.0.1:1`,
  DATABASE_URL: `postgres://halve:${CANARY}@127.0.0.1:1/halve`,
};

/** The environment of a running process. */
function environmentOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

function run(csv: string, env: Record<string, string>): ChildProcess {
  const folder = tempFolder();
  writeFileSync(join(folder, 'in.csv'), csv);
  return spawn(process.execPath, [BIN, 'run', join(folder, 'in.csv'), '--out', folder, '--workers', '1'], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
}

it('shows an image process no secret of its parent, known or made up', async () => {
  const origin = await startHoldingOrigin();
  const program = run(`${HEADER}1,A,${origin.url}/held.jpg\n`, {
    ...SECRETS,
    ...S3_ENV,
    LANG: 'C.UTF-8',
  });
  const ended = once(program, 'exit');
  onTestFinished(() => void program.kill('SIGKILL'));
  await origin.asked;
  expect(environmentOf(program.pid!)).toMatchObject(SECRETS);
  const [child] = childrenOf(program.pid!).map(environmentOf);
  expect(child).toMatchObject({ LANG: 'C.UTF-8', PATH: process.env.PATH });
  expect(JSON.stringify(child)).not.toContain(CANARY);
  expect(Object.keys(child!).filter((name) => name in SECRETS || name.startsWith('AWS_'))).toEqual([]);
  origin.release();
  expect(await ended).toEqual([0, null]);
});

it('gives it the credentials of the storage that it puts images to', async () => {
  const server = await startS3();
  const origin = await startHoldingOrigin();
  const { PGPASSWORD, NEW_SECRET, WEBHOOK_SECRET } = SECRETS;
  const service = await startService({
    env: {
      ...S3_ENV,
      PGPASSWORD,
      NEW_SECRET,
      WEBHOOK_SECRET,
      STORAGE_URL: server.storageUrl('shop'),
      WORKERS: '1',
    },
  });
  const id = await service.upload(`${HEADER}1,A,${origin.url}/1.jpg\n`);
  expect(await service.ended(id)).toMatchObject({
    status: 'completed',
    images: { processed: 1, failed: 0 },
  });
  const [child] = service.imageProcesses().map(environmentOf);
  expect(child).toMatchObject(S3_ENV);
  expect(JSON.stringify(child)).not.toContain(CANARY);
  expect(await service.stop()).toBe(0);
});

it('goes without a word when the pool lets go of it while it starts', async () => {
  const entry = join(tempFolder(), 'blocked.mjs');
  const served = new URL('../../dist/work/image-process.js', import.meta.url).href;
  // Blocked, it hears of the disconnect only after it has said that it is ready.
  writeFileSync(
    entry,
    `import { writeSync } from 'node:fs';
     import { serveImageProcess } from '${served}';
     serveImageProcess(async () => {
       writeSync(1, 'opening');
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
     });`,
  );
  const child = fork(entry, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const errors: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = Promise.all([once(child, 'exit'), once(child.stderr!, 'end')]);
  child.send({ type: 'init', settings: {} });
  await once(child.stdout!, 'data');
  child.disconnect();
  expect((await ended)[0]).toEqual([0, null]);
  expect(errors.join('')).toBe('');
});
