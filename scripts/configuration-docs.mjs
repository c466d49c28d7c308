// Writes docs/configuration.md from the table in src/config.ts (built). A test keeps the two the same.
import { writeFileSync } from 'node:fs';
import { SETTINGS } from '../dist/config.js';

const rows = Object.entries(SETTINGS).map(
  ([name, setting]) =>
    `| \`${name}\` | ${setting.default ? `\`${setting.default}\`` : ''} | ${setting.meaning} |`,
);

writeFileSync(
  new URL('../docs/configuration.md', import.meta.url),
  `# Settings

Every setting is an environment variable and an option of the commands that use it: \`FETCH_TIMEOUT_MS\` is
\`--fetch-timeout-ms\`, and the option wins. All values that cannot be used are named together at the start. Sizes take
units (\`20MB\`, powers of 1024). Written by \`scripts/configuration-docs.mjs\` from \`src/config.ts\`.

| setting | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`,
);
