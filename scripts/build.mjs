// Builds dist/: the program with tsc, the JPEG kernel with AssemblyScript, the page with Vite, the Postman collection. Run by `npm ci` through `prepare`.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

function tool(pkg, bin) {
  try {
    return join(dirname(require.resolve(`${pkg}/package.json`)), bin);
  } catch {
    return undefined;
  }
}

const tsc = tool('typescript', 'bin/tsc');
const vite = tool('vite', 'bin/vite.js');
const asc = tool('assemblyscript', 'bin/asc.js');
if (!tsc || !vite || !asc) {
  // A production install (`npm ci --omit=dev`) has no compiler: it can run what is already built, not build it.
  if (existsSync(join(root, 'dist/cli.js'))) process.exit(0);
  console.error('halve: the build needs the development dependencies: run `npm ci` without --omit=dev');
  process.exit(1);
}

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
run(tsc, ['-p', 'tsconfig.build.json']);
run(asc, ['kernel/index.ts', '--config', 'kernel/asconfig.json']);
run(vite, ['build', 'web', '--logLevel', 'warn']);
run('scripts/postman.mjs', []);
