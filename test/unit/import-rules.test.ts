// The import rules bite: over a small tree of files, what is forbidden is reported, and nothing else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, it } from 'vitest';
import { tempFolder } from '../fakes/temp-folder.ts';

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

const ALLOWED = [
  ['src/cli/serve.ts', 'src/app/open-app.ts'],
  ['src/app/open-app.ts', 'src/records/open-records.ts'],
  ['src/app/open-app.ts', 'src/publish/firestore.ts'],
  ['src/work/handlers.ts', 'src/queue/retry.ts'],
  ['src/work/handlers.ts', 'type src/records/results.ts'],
  ['src/http/server.ts', 'src/http/guards/auth.ts'],
  ['src/work/image-process-main.ts', 'src/storage/open-storage.ts'],
  ['src/client/webhook.ts', 'src/webhook/sign.ts'],
  ['kernel/index.ts', 'kernel/bits.ts'],
] as const;

const FORBIDDEN = [
  ['src/http/server.ts', 'src/records/schema.ts', 'http-imports-more-than-types'],
  ['src/http/server.ts', 'type src/storage/disk.ts', 'http-imports-what-it-may-not'],
  ['src/http/guards/auth.ts', 'src/dispatch.ts', 'http-imports-what-it-may-not'],
  ['src/work/handlers.ts', 'src/queue/memory.ts', 'work-imports-what-it-may-not'],
  ['src/work/pool.ts', 'src/work/image-process-main.ts', 'work-imports-a-room-inside'],
  ['src/work/image-process.ts', 'type src/records/schema.ts', 'work/image-process-imports-what-it-may-not'],
  ['src/publish/publish-ended.ts', 'src/publish/firestore.ts', 'publish-imports-a-room-inside'],
  ['src/records/leases.ts', 'src/queue/retry.ts', 'records-imports-what-it-may-not'],
  ['src/queue/bullmq.ts', 'src/queue/memory.ts', 'adapters-never-import-each-other'],
  ['src/dispatch.ts', 'src/app/open-app.ts', 'dispatch-imports-what-it-may-not'],
  ['src/util/log.ts', 'src/config.ts', 'util-imports-what-it-may-not'],
  ['src/image/jpeg/kernel.ts', 'kernel/index.ts', 'image-imports-what-it-may-not'],
  ['src/client/index.ts', 'src/webhook/receive.ts', 'client-imports-what-it-may-not'],
  ['kernel/writer.ts', 'src/errors.ts', 'the-kernel-is-on-its-own'],
  ['src/new-room/thing.ts', 'src/errors.ts', 'every-file-has-a-room'],
] as const;

it('reports what is forbidden, and nothing else', async () => {
  const folder = tempFolder();
  const texts = new Map<string, string>();
  for (const [from, to] of [...ALLOWED, ...FORBIDDEN]) {
    const [, type = '', file = ''] = /^(type )?(.*)$/.exec(to)!;
    const line = `import ${type}{ value } from '${'../'.repeat(from.split('/').length - 1)}${file}';`;
    texts.set(from, `${texts.get(from) ?? ''}${line}\nexport const used${texts.size}: typeof value = 1;\n`);
    if (!texts.has(file)) texts.set(file, '');
  }
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}export const value = 1;\n`);
  }
  const { tsConfig: _, ...rest } = options;
  const { output } = await cruise(['src', 'kernel'], {
    ...rest,
    ruleSet: { forbidden },
    validate: true,
    baseDir: folder,
  });
  const reported = (output as ICruiseResult).summary.violations.map(({ from, to, rule }) => [
    from,
    to,
    rule.name,
  ]);
  expect(reported.sort()).toEqual(
    FORBIDDEN.map(([from, to, rule]) => [from, to.replace('type ', ''), rule]).sort(),
  );
});
