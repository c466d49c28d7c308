// The real program as a process: started, asked, killed, started again. For the flow tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { pause } from '../fakes/pause.ts';
import { tempFolder } from '../fakes/temp-folder.ts';

export { pause };

export const BIN = fileURLToPath(new URL('../../bin/halve', import.meta.url));

export interface RequestBody {
  request_id: string;
  status: string;
  progress: number;
  products: number;
  images: { total: number; processed: number; failed: number; pending: number; cancelled: number };
  bytes: { in: number; out: number; saved_percent: number };
  output_csv_url: string | null;
  report_csv_url: string | null;
  failed_csv_url: string | null;
}

export interface ImageBody {
  seq: number;
  row: number;
  position: number;
  input_url: string;
  output_url: string | null;
  status: string;
  error: { code: string; message: string } | null;
  bytes_in: number | null;
  bytes_out: number | null;
  width: number | null;
  height: number | null;
  format: string | null;
  kept_original: boolean | null;
  attempts: number;
  sha256: string | null;
}

export type Service = Awaited<ReturnType<typeof startService>>;

/** Starts the program and resolves when what it prints matches. All of it is killed after the test if it still runs. */
async function startProgram(args: string[], env: Record<string, string> | undefined, printed: RegExp) {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be killed at once.
    detached: true,
  });
  onTestFinished(() => killTree(child));
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = printed.exec(text);
      if (found) resolve(found);
    });
    child.once('exit', (code, signal) =>
      reject(new Error(`halve ended (${code ?? signal}): ${errors.join('')}`)),
    );
  });
  return {
    match,
    child,
    pid: child.pid!,
    /** What it wrote to stderr. */
    errors: () => errors.join(''),
    /** kill -9 to the whole process tree, and the wait until it is gone. */
    kill: () => killTree(child),
    /** kill -9 to the process alone; its image processes are to notice by themselves. */
    async killAlone(): Promise<void> {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
    /** Freezes the process with its image processes, and lets it go on. */
    freeze: () => process.kill(-child.pid!, 'SIGSTOP'),
    thaw: () => process.kill(-child.pid!, 'SIGCONT'),
    /** SIGTERM, as a deploy does it; resolves with the exit code. */
    async stop(): Promise<number | null> {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      child.kill('SIGTERM');
      return ended;
    },
    /** The image processes, by their pids. */
    imageProcesses: () => childrenOf(child.pid!),
  };
}

export type WorkerProcess = Awaited<ReturnType<typeof startWorker>>;

/** Starts `halve worker`. */
export async function startWorker(env: Record<string, string>) {
  return startProgram(['worker', '--data-dir', env.DATA_DIR ?? tempFolder()], env, /halve worker is working/);
}

/** Starts `halve serve` on a free port. */
export async function startService(
  options: { dataDir?: string; env?: Record<string, string>; port?: number } = {},
) {
  const dataDir = options.dataDir ?? tempFolder();
  const program = await startProgram(
    ['serve', '--port', String(options.port ?? 0), '--data-dir', dataDir],
    options.env,
    /listening on (http:\S+)/,
  );
  const url = program.match[1]!;

  async function json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(url + path, init);
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${init?.method ?? 'GET'} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  const status = (id: string) => json<RequestBody>(`/status/${id}`);

  return {
    ...program,
    url,
    dataDir,
    json,
    status,
    /** Uploads a CSV as a form and returns the request's id. */
    async upload(
      csv: Buffer | string,
      fields: Record<string, string> = {},
      headers: Record<string, string> = {},
    ) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('file', new Blob([new Uint8Array(Buffer.from(csv))], { type: 'text/csv' }), 'catalogue.csv');
      const accepted = await json<{ request_id: string; products: number; images: number }>('/upload', {
        method: 'POST',
        body: form,
        headers,
      });
      return accepted.request_id;
    },
    /** Polls until `reached`; progress must never fall meanwhile. */
    async until(
      id: string,
      reached: (request: RequestBody) => boolean,
      timeoutMs = 90_000,
    ): Promise<RequestBody> {
      const deadline = Date.now() + timeoutMs;
      let progress = 0;
      for (;;) {
        const request = await status(id);
        if (request.progress < progress)
          throw new Error(`progress fell from ${progress} to ${request.progress}`);
        progress = request.progress;
        if (reached(request)) return request;
        if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(request)}`);
        await pause(50);
      }
    },
    ended(id: string, timeoutMs?: number) {
      return this.until(id, (request) => request.progress === 100, timeoutMs);
    },
    async images(id: string, query = ''): Promise<ImageBody[]> {
      const all: ImageBody[] = [];
      for (let cursor: string | null = '0'; cursor !== null; ) {
        const page: { images: ImageBody[]; next: string | null } = await json(
          `/status/${id}/images?limit=1000&cursor=${cursor}${query}`,
        );
        all.push(...page.images);
        cursor = page.next;
      }
      return all;
    },
    async file(kind: 'output' | 'report' | 'failed' | 'input', id: string): Promise<Buffer> {
      const response = await fetch(`${url}/${kind}_csv/${id}`);
      if (!response.ok) throw new Error(`${kind}_csv answered ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    },
  };
}

async function killTree(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}

export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}
