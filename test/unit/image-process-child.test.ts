// One image process as the pool sees it: what it is started with, when it counts as stuck, and what its end is called.
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startChild } from '../../src/work/child.ts';
import type { FromProcess } from '../../src/work/messages.ts';

class FakeProcess extends EventEmitter {
  pid = 4711;
  connected = true;
  sent: { type: string }[] = [];
  killed: unknown[] = [];
  send(message: { type: string }): void {
    this.sent.push(message);
  }
  kill(signal: unknown): void {
    this.killed.push(signal);
  }
  disconnect(): void {
    this.connected = false;
  }
}

const spawned = vi.hoisted(() => ({
  calls: [] as { command: string; args: string[]; options: SpawnedWith }[],
}));
interface SpawnedWith {
  env: Record<string, string | undefined>;
  stdio: string[];
}
let last: FakeProcess;
vi.mock('node:child_process', () => ({
  spawn: (command: string, args: string[], options: SpawnedWith) => {
    spawned.calls.push({ command, args, options });
    last = new FakeProcess();
    return last as unknown as ChildProcess;
  },
}));

function start(storageUrl = 'file:/x') {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const heard: (FromProcess | string)[] = [];
  const child = startChild(
    { entry: '/main.js', settings: { storageUrl } as never, memoryBytes: 3_000 },
    {
      onMessage: (message) => heard.push(message),
      onEnd: (reason, kind) => heard.push(`${kind}: ${reason}`),
    },
  );
  return { child, process: last, heard };
}
const pings = ({ sent }: FakeProcess) => sent.filter(({ type }) => type === 'ping').length;

it('starts it under its limits, with nothing of what is secret', () => {
  const secrets = ['API_KEYS', 'WEBHOOK_SECRET', 'DATABASE_URL', 'REDIS_URL'];
  for (const name of secrets) vi.stubEnv(name, 'secret');
  vi.stubEnv('AWS_REGION', 'eu');
  vi.stubEnv('PATH', '/bin');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { child, process: started } = start();
  const { command, args, options } = spawned.calls.at(-1)!;
  const program = [process.execPath, '--max-old-space-size=256', '--single-threaded-gc', '/main.js'];
  if (process.platform === 'linux') {
    expect(command).toBe('/bin/sh');
    expect(args).toEqual(['-c', 'ulimit -d "$1" 2>/dev/null; shift; exec "$@"', 'sh', '3', ...program]);
  } else expect([command, ...args]).toEqual(program);
  expect(options.stdio).toEqual(['ignore', 'inherit', 'inherit', 'ipc']);
  expect([...secrets, 'AWS_REGION'].filter((name) => name in options.env)).toEqual([]);
  expect([options.env.PATH, options.env.MALLOC_ARENA_MAX, options.env.UV_THREADPOOL_SIZE]).toEqual([
    '/bin',
    '2',
    '4',
  ]);
  expect([child.pid, child.ready]).toEqual([4711, false]);
  expect(started.sent).toEqual([{ type: 'init', settings: { storageUrl: 'file:/x' } }]);
  started.emit('exit', 0, null);
});

it('has the credentials of its storage, and of no other', () => {
  vi.stubEnv('AWS_REGION', 'eu');
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'halve');
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [storageUrl, region, project] of [
    ['s3://bucket', 'eu', undefined],
    ['gs://bucket', undefined, 'halve'],
  ] as const) {
    const { process: started } = start(storageUrl);
    const { env } = spawned.calls.at(-1)!.options;
    expect([env.AWS_REGION, env.GOOGLE_CLOUD_PROJECT]).toEqual([region, project]);
    started.emit('exit', 0, null);
  }
});

it('is ready from its word until its end, and every message is handed on', () => {
  const { child, process, heard } = start();
  process.emit('message', [{ type: 'pong' }]);
  expect(child.ready).toBe(false);
  process.emit('message', [{ type: 'ready' }, { type: 'compressing', id: 1 }]);
  expect(child.ready).toBe(true);
  process.emit('exit', 3, null);
  expect([child.ready, heard]).toEqual([
    false,
    [{ type: 'pong' }, { type: 'ready' }, { type: 'compressing', id: 1 }, 'exited: exit code 3'],
  ]);
});

it.each([
  ['SIGABRT', 'aborted'],
  ['SIGTRAP', 'aborted'],
  ['SIGKILL', 'killed'],
  ['SIGSEGV', 'crashed'],
])('%s is %s, told once', (signal, kind) => {
  const { process, heard } = start();
  process.emit('exit', null, signal);
  process.emit('error', new Error('too late'));
  expect(heard).toEqual([`${kind}: ended by ${signal}`]);
});

it('never started is exited', () => {
  const { process, heard } = start();
  process.emit('error', new Error('spawn ENOENT'));
  expect(heard).toEqual(['exited: spawn ENOENT']);
});

it('is stuck when it leaves three pings in a row unanswered', () => {
  const { process, heard } = start();
  vi.advanceTimersByTime(15_000);
  process.emit('message', [{ type: 'pong' }]);
  vi.advanceTimersByTime(15_000);
  expect([pings(process), process.killed]).toEqual([6, []]);
  vi.advanceTimersByTime(5_000);
  expect([pings(process), process.killed]).toEqual([6, ['SIGKILL']]);
  process.emit('exit', null, 'SIGKILL');
  expect(heard.at(-1)).toBe('unresponsive: it did not answer');
  // Nobody pings the dead.
  vi.advanceTimersByTime(60_000);
  expect([pings(process), process.killed.length]).toEqual([6, 1]);
});

it('takes no message when its channel is closed', () => {
  const { child, process } = start();
  child.send({ type: 'abort', id: 1 });
  process.connected = false;
  child.send({ type: 'abort', id: 2 });
  expect(process.sent.slice(1)).toEqual([{ type: 'abort', id: 1 }]);
  process.emit('exit', 0, null);
});

it('is let go, and ended when it does not go', async () => {
  const { child, process } = start();
  let closed = false;
  const closing = child.close().then(() => (closed = true));
  expect(process.connected).toBe(false);
  await vi.advanceTimersByTimeAsync(4_999);
  expect([closed, process.killed]).toEqual([false, []]);
  await vi.advanceTimersByTimeAsync(1);
  expect(process.killed).toEqual(['SIGKILL']);
  process.emit('exit', null, 'SIGKILL');
  await closing;
  const second = start();
  const soon = second.child.close();
  second.process.emit('exit', 0, null);
  await soon;
  await vi.advanceTimersByTimeAsync(60_000);
  second.child.kill();
  expect(second.process.killed).toEqual(['SIGKILL']); // by our word, not by the clock
});
