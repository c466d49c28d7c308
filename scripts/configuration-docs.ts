// Writes docs/configuration.md from the table in src/config.ts (`npm run docs:settings`). A test keeps the two the same.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settingsTable } from '../src/config.ts';

/** docs/configuration.md as the table has it now. */
export function settingsPage(): string {
  const rows = settingsTable().map(
    ([name, { default: standard, for: takers, meaning }]) =>
      `| \`${name}\` | ${standard ? `\`${standard}\`` : ''} | ${takers.join(', ')} | ${meaning} |`,
  );
  return `# Settings

Every setting is an environment variable and an option of the commands that use it: \`FETCH_TIMEOUT_MS\` is
\`--fetch-timeout-ms\`, and the option wins. All values that cannot be used are named together at the start. Sizes take
units (\`20MB\`, powers of 1024). Written by \`npm run docs:settings\` from \`src/config.ts\`.

| setting | default | commands | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../docs/configuration.md', import.meta.url), settingsPage());
