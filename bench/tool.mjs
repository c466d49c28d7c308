// The bench's own child processes (origin, bare loop): started, asked one thing at a time, ended.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { onEnd } from './cleanup.mjs';

/** Starts `file` and resolves with its first message as `hello`. */
export async function startTool(file, ...args) {
  // A group of its own: Ctrl-C reaches the bench, which ends its children in order.
  const child = fork(new URL(file, import.meta.url), args.map(String), { detached: true });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${file} ended (${signal ?? `exit code ${code}`})`);
  });
  ended.catch(() => {});
  const answer = () => Promise.race([once(child, 'message').then(([message]) => message), ended]);
  const stop = onEnd(async () => {
    child.kill('SIGKILL');
    await ended.catch(() => {});
  });
  return {
    pid: child.pid,
    hello: await answer(),
    ask(question) {
      const answered = answer();
      child.send(question);
      return answered;
    },
    stop,
  };
}
