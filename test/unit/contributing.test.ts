// CONTRIBUTING.md and the templates name scripts, files and commands that there are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const PAGES = [
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/states.md',
  '.github/pull_request_template.md',
  '.github/ISSUE_TEMPLATE/problem.md',
];
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
};
/** What stands at the top of the project begins every path in it. */
const TOP = new Set(readdirSync(root));

/** Lines of shell blocks, and what stands between backticks elsewhere. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block!);
  const inline = text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g);
  return [...blocks.join('\n').split('\n'), ...[...inline].map(([, code]) => code!)].filter(Boolean);
}

const found = PAGES.flatMap((page) => codeOf(read(page)).map((code) => ({ page, code })));
const named = (pattern: RegExp) =>
  found.flatMap(({ page, code }) => [...code.matchAll(pattern)].map(([, name]) => `${page}: ${name}`));
const missing = (names: string[], exists: (name: string) => boolean) =>
  names.filter((entry) => !exists(entry.slice(entry.indexOf(': ') + 2)));

it('names scripts of package.json', () => {
  const scripts = [...named(/\bnpm run ([\w:-]+)/g), ...named(/\bnpm (test)\b/g)];
  expect(scripts.length).toBeGreaterThan(10);
  expect(missing(scripts, (name) => name in manifest.scripts)).toEqual([]);
});

it('names files and folders of the project', () => {
  const paths = named(/(?<![\w~:./-])(\.?[\w-]+(?:\/[\w.-]+)*\/?)(?![\w*…])/g).filter((entry) => {
    const name = entry.slice(entry.indexOf(': ') + 2);
    return TOP.has(name.split('/')[0]!) || /\.(ts|mjs|cjs|md)$/.test(name);
  });
  expect(paths.length).toBeGreaterThan(40);
  expect(missing(paths, (name) => existsSync(new URL(name, root)))).toEqual([]);
});

it('leads to pages that there are', () => {
  for (const page of PAGES) {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) => link!);
    expect([page, links.filter((link) => !existsSync(new URL(link, new URL(page, root))))]).toEqual([
      page,
      [],
    ]);
  }
});

it('runs tools that are installed', () => {
  const tools = named(/\bnpx (\w+)/g);
  expect(tools.length).toBeGreaterThan(3);
  expect(missing(tools, (name) => name in manifest.devDependencies)).toEqual([]);
});

it('names the settings and variables that are read', () => {
  const settings = read('docs/configuration.md');
  const tests = ['test/fakes/postgres.ts', 'test/fakes/redis.ts'].map(read).join('');
  const variables = named(/\b([A-Z][A-Z]+_[A-Z_]+)\b/g);
  expect(variables.length).toBeGreaterThan(5);
  expect(
    missing(variables, (name) => settings.includes(`\`${name}\``) || tests.includes(`process.env.${name}`)),
  ).toEqual([]);
});
