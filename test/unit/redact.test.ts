// What is left of credentials and URLs in a line of the log.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redact } from '../../src/util/redact.ts';

it.each([
  ['https://cdn.example/a/b.jpg?sig=x', 'https://cdn.example/…'],
  ['https://cdn.example?sig=x', 'https://cdn.example/…'],
  ['https://cdn.example:8443/#x', 'https://cdn.example:8443/…'],
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
  ['http://[::1]:8000/', 'http://[::1]:8000/'],
  ['postgres://user:pass@db.example:5432/halve?sslpassword=x', 'postgres://db.example:5432/…'],
  ['redis://:pass@redis.example', 'redis://redis.example'],
  ['cloudinary://key:secret@cloud/folder', 'cloudinary://cloud/…'],
  ['postgres://user:pa@ss@db.example/halve', 'postgres://db.example/…'],
  ["postgres://user:pa'ss@db.example/halve", 'postgres://db.example/…'],
  // A slash or a question mark in a password ends what looks like a host.
  ['postgres://user:pa/ss@db.example/halve', 'postgres://…'],
  ['postgres://user:pa?ss@db.example/halve', 'postgres://…'],
  ['https://cdn.example/mug@2x.jpg', 'https://…'],
  ['Authorization: Bearer abc.DEF-123', 'Authorization: Bearer …'],
  ['"authorization":"basic dXNlcjpwYXNz"', '"authorization":"basic …"'],
  ['the secret whsec_AAAA+/bb= is wrong', 'the secret whsec_… is wrong'],
  ['(HTTPS://A.example/x) and ftp://b/y', '(HTTPS://A.example/… and ftp://b/…'],
  ['at run (file:///app/dist/app.js:10:3)', 'at run (file:///app/dist/app.js:10:3)'],
  ['a request ended', 'a request ended'],
])('%s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
  expect(redact(redacted)).toBe(redacted);
});

it('lets nothing through behind a host, whatever it is made of', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9._~!$&()*+,;=:@%/?#-]{0,20}$/);
  fc.assert(
    fc.property(part, part, (user, path) => {
      const url = `https://${user}CANARY@host.example/${path}CANARY?q=CANARY`;
      expect(redact(`{"error":"GET ${url} failed","n":1}`)).toMatch(
        /^\{"error":"GET https:\/\/[^ ]* failed","n":1\}$/,
      );
      expect(redact(url)).not.toContain('CANARY');
    }),
  );
});

it('is applied to messages, fields, stacks and faults that nobody caught, in lines of JSON', () => {
  const log = fileURLToPath(new URL('../../src/util/log.ts', import.meta.url));
  const program = `
    const { createLog, logFaults } = await import(${JSON.stringify(log)});
    const log = createLog('debug');
    logFaults(log);
    const cause = new Error('connect postgres://u:CANARY@db/x');
    const error = new Error('https://user:CANARY@host.example/CANARY?CANARY', { cause });
    log.warn({ error: error.message, stack: error.stack, deep: { url: ['http://h/CANARY'] } }, 'at http://h/CANARY');
    log.debug({}, 'quiet');
    await Promise.reject(error);`;
  let stderr = '';
  try {
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: 'pipe',
    });
  } catch (error) {
    stderr = String((error as { stderr: Buffer }).stderr);
    expect((error as { status: number }).status).toBe(1);
  }
  expect(stderr).not.toContain('CANARY');
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: number; msg: string; error?: string })
    // What is written while the process ends may overtake what is being written.
    .sort((a, b) => a.level - b.level);
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    [20, 'quiet'],
    [40, 'at http://h/…'],
    [50, 'ended by a fault of its own'],
  ]);
  expect(lines[2]!.error).toBe('https://host.example/… (connect postgres://db/…');
});
