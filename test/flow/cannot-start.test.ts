// What cannot start says why, in one line that names the setting, and ends with 1.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../fakes/temp-folder.ts';
import { BIN } from './service.ts';

/** Runs the program to its end: its exit code, and of what it wrote the lines that are its own. */
async function halve(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = await once(child, 'close');
  return { code, said: text.split('\n').filter((line) => line.startsWith('halve')) };
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('a run whose image processes do not start ends', async () => {
  const folder = tempFolder();
  const csv = join(folder, 'in.csv');
  writeFileSync(csv, 'S. No.,Product Name,Input Image Urls\n1,A,http://127.0.0.1:9/1.jpg\n');
  // Less than Node itself needs.
  const args = ['run', csv, '--out', join(folder, 'out'), '--image-process-memory', '1MB'];
  const { code, said } = await halve(args);
  expect(said).toEqual([
    expect.stringMatching(/^halve: image processes do not start \((ended by SIG\w+|exit code \d+)\)$/),
  ]);
  expect(code).toBe(1);
});

it('a server whose port is taken names it and its setting', async () => {
  const port = await takenPort();
  const args = ['serve', '--workers', '1', '--port', String(port), '--data-dir', tempFolder()];
  expect(await halve(args)).toEqual({
    code: 1,
    said: [
      `halve: port ${port} of 127.0.0.1 is in use by another program: choose another with --port or PORT`,
    ],
  });
});

it.each(['192.0.2.1', 'no-such-host.invalid'])(
  'a server that is to listen on %s, which is not of this machine, names the setting',
  async (host) => {
    const args = ['serve', '--workers', '0', '--port', '0', '--host', host, '--data-dir', tempFolder()];
    expect(await halve(args, { API_KEYS: 'team:key-of-the-first-team' })).toEqual({
      code: 1,
      said: [`halve: ${host} is not an address of this machine: choose one with --host or HOST`],
    });
  },
);
