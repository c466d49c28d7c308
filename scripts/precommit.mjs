// `npm run precommit`: in seconds, what is most often wrong with a commit: lint and format of the staged files, and the
// types of the parts they are in. `npm run check` is all of it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));
/** Which staged files have a part's types looked at. */
const PARTS = {
  '.': /^(src|test|scripts)\/.*\.ts$|^web\/src\/api\.d\.ts$|^[^/]*\.ts$|^tsconfig\.json$|^package-lock\.json$/,
  web: /^web\/.*\.tsx?$|^web\/tsconfig\.json$|^package-lock\.json$/,
  kernel: /^kernel\//,
};

const { stdout } = spawnSync('git', ['diff', '--cached', '--name-only', '-z'], { cwd, encoding: 'utf8' });
const staged = stdout.split('\0').filter(Boolean);

async function passes(tool, args) {
  const child = spawn(process.execPath, [`node_modules/${tool}`, ...args], { cwd, stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  return status === 0;
}

/** What was found the last time is kept beside the packages, so that only what changed is looked at. */
const incremental = (part) => {
  const kept = `node_modules/.cache/types-${part === '.' ? 'src' : part}.tsbuildinfo`;
  return ['-p', `${part}/tsconfig.json`, '--noEmit', '--incremental', '--tsBuildInfoFile', kept];
};

const results = await Promise.all([
  passes('@biomejs/biome/bin/biome', [
    'check',
    '--staged',
    '--no-errors-on-unmatched',
    '--error-on-warnings',
  ]),
  ...Object.entries(PARTS)
    .filter(([, files]) => staged.some((path) => files.test(path)))
    .map(([part]) => passes('typescript/bin/tsc', incremental(part))),
]);
process.exit(results.every(Boolean) ? 0 : 1);
