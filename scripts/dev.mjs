// `npm run dev`: the server from source, started again on a change, and in front of it the page by Vite with hot reload.
// Options are those of `halve serve`; --inspect is Node's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createServer as createSocket } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const KERNEL = join(root, 'kernel');
const KERNEL_BUILT = join(root, 'dist/kernel.wasm');
const KERNEL_BUILD = [
  'node_modules/assemblyscript/bin/asc.js',
  'kernel/index.ts',
  '--config',
  'kernel/asconfig.json',
];
/** What Vite serves: the page, its sources, its libraries. Everything else is the server's. */
const OF_THE_SERVER = '^/(?!$|[?]|index\\.html|favicon\\.svg|src/|node_modules/|@)';

async function freePort() {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise((closed) => socket.close(closed));
  return port;
}

const buildKernel = () => spawn(process.execPath, KERNEL_BUILD, { cwd: root, stdio: 'inherit' });

function kernelIsStale() {
  const built = statSync(KERNEL_BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(KERNEL).some((file) => statSync(join(KERNEL, file)).mtimeMs > built);
}

if (kernelIsStale()) {
  const [status] = await once(buildKernel(), 'exit');
  if (status !== 0) process.exit(1);
}

const port = Number(process.env.PORT || 8000) || (await freePort());
const args = process.argv.slice(2);
const inspect = args.filter((arg) => arg.startsWith('--inspect'));
const serve = ['serve', ...args.filter((arg) => !inspect.includes(arg))];
const watched = ['src', 'dist/kernel.wasm'].flatMap((path) => ['--include', path]);
const server = spawn(
  process.execPath,
  [
    'node_modules/tsx/dist/cli.mjs',
    'watch',
    '--clear-screen=false',
    ...watched,
    ...inspect,
    'src/cli.ts',
    ...serve,
  ],
  // In a group of its own, so that a Ctrl-C comes to it once, from us: to halve a second one means not to wait.
  {
    cwd: root,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  },
);
const serverEnded = once(server, 'exit');
// Whatever ends us ends it.
process.on('exit', () => {
  if (server.exitCode === null && server.signalCode === null) process.kill(-server.pid, 'SIGKILL');
});

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    server.kill('SIGTERM');
  });
}

const page = await createServer({
  root: join(root, 'web'),
  server: {
    host: '127.0.0.1',
    proxy: { [OF_THE_SERVER]: { target: `http://127.0.0.1:${port}`, changeOrigin: false } },
  },
});
page.watcher.add(KERNEL).on('change', (path) => {
  if (!relative(KERNEL, path).startsWith('..')) buildKernel();
});
await page.listen();
process.stdout.write(`the page, with hot reload, is on ${page.resolvedUrls.local[0]}\n`);

const [status] = await serverEnded;
await page.close();
process.exit(stopping ? 0 : (status ?? 1));
