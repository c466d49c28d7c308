// For NODE_OPTIONS=--import: makes some pictures poisonous to the image processes, which no healthy decoder allows any
// more. A picture that carries `POISON:segv`, `POISON:hang` or `POISON:memory` kills, blocks or fills its process.
import { register } from 'node:module';

const hooks = `
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith('/dist/image/compress.js')) return loaded;
  const source = String(loaded.source).replace('export async function compress(', 'async function healthy(');
  return { ...loaded, source: source + \`
export function compress(input, ...rest) {
  const at = input.indexOf('POISON:');
  const kind = at < 0 ? '' : input.toString('latin1', at + 7, at + 11);
  if (kind === 'segv') process.kill(process.pid, 'SIGSEGV');
  if (kind === 'hang') for (;;);
  if (kind === 'memo') for (const kept = []; ; ) kept.push(Buffer.alloc(1 << 26, 1));
  return healthy(input, ...rest);
}\` };
}`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
