// A server under --inspect has its image processes under it too, so that a debugger can be attached to them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { tempFolder } from '../fakes/temp-folder.ts';
import { BIN } from './service.ts';

it('listens for a debugger in the server and in each image process, at ports of their own', async () => {
  const server = spawn(
    process.execPath,
    ['--inspect=0', BIN, 'serve', '--port', '0', '--workers', '2', '--data-dir', tempFolder()],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LOG_LEVEL: 'warn' } },
  );
  const ended = once(server, 'exit');
  let text = '';
  server.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ports = () =>
    new Set([...text.matchAll(/Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port));
  try {
    await expect.poll(() => ports().size).toBe(3);
  } finally {
    server.kill('SIGKILL');
    await ended;
  }
});
