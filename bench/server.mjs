// The program under test, as a user would start it, and the requests the bench sends it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { onEnd, temporaryFolder } from './cleanup.mjs';
import { readProcess, readTree } from './proc.mjs';

const START_MS = 30_000;
const STOP_MS = 5_000;
/** Nothing else of the environment gets through: a DATABASE_URL of the shell's must not be measured, let alone filled. */
const KEPT = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH'];
/** No limits: how long an answer takes is what is measured. */
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** Starts `halve serve` on an empty data folder; resolves when it listens and is ready. */
export async function startServer({ bin, args = [], env = {} }) {
  const server = await startProgram({
    bin,
    args: ['serve', '--port', '0', ...args],
    env,
    says: /(http:\/\/\S+)\s/,
  });
  const url = server.said;
  while ((await get(`${url}/readyz`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
  return { ...server, url };
}

/** Starts `halve worker`, on `core` alone where one is named; resolves when it works. */
export function startWorker({ bin, args = [], env, core }) {
  return startProgram({ bin, args: ['worker', ...args], env, core, says: /(halve worker)/ });
}

/** One process of the program, once its output has matched `says`; `said` is what was in the parentheses. */
async function startProgram({ bin, args, env, core, says }) {
  const data = temporaryFolder();
  const program = bin ?? fileURLToPath(new URL('../bin/halve', import.meta.url));
  const kept = Object.fromEntries(
    KEPT.filter((name) => name in process.env).map((name) => [name, process.env[name]]),
  );
  const command = [process.execPath, program, ...args, '--data-dir', data.path, '--log-level', 'error'];
  if (core !== undefined) command.unshift('taskset', '-c', String(core));
  const child = spawn(command[0], command.slice(1), {
    env: { ...kept, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = onEnd(async () => {
    await endTree(child);
    await data.remove();
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(
      `halve ${args[0]} ended (${signal ?? `exit code ${code}`}); has it been built? (npm run build)`,
    );
  });
  ended.catch(() => {});
  const ready = new Promise((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const said = text.match(says)?.[1];
      if (said) resolve(said);
    });
  });
  const said = await Promise.race([ready, ended, late(START_MS)]);
  return { said, pid: child.pid, data: data.path, ended, stop };
}

async function late(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  throw new Error(`it was not ready within ${ms / 1000} s`);
}

/** Ends a process, and those it started should they outlive it. */
export async function endTree(child) {
  const family = readTree(child.pid);
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  }
  for (const { pid, started } of family) {
    if (readProcess(pid)?.started === started) process.kill(pid, 'SIGKILL');
  }
}

/** @returns status, text and the milliseconds until all of the answer was there. */
export async function get(url) {
  const began = performance.now();
  const { statusCode, body } = await request(url, { dispatcher });
  const text = await body.text();
  return { status: statusCode, text, ms: performance.now() - began };
}

/** Uploads a CSV (text, or a stream with its length) and resolves to the 202's body and the milliseconds it took. */
export async function upload(url, csv, length) {
  const began = performance.now();
  const headers = {
    'content-type': 'text/csv',
    ...(length !== undefined && { 'content-length': String(length) }),
  };
  const { statusCode, body } = await request(`${url}/upload`, {
    method: 'POST',
    headers,
    body: csv,
    dispatcher,
  });
  const text = await body.text();
  if (statusCode !== 202)
    throw new Error(`the upload was answered with ${statusCode}: ${text.slice(0, 500)}`);
  return { ...JSON.parse(text), ms: performance.now() - began };
}
