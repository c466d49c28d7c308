// What is left of credentials and URLs in a line of the log, and of a URL that whoever runs the program is shown.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskUrl, redact } from '../../src/util/redact.ts';

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
  ['https://cdn.example/?to=me%40x', 'https://…'],
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

it.each([
  ['postgres://user:pass@db.example:5432/halve', 'postgres://user:…@db.example:5432/halve'],
  ['postgres://user:pa@ss@db.example/halve', 'postgres://user:…@db.example/halve'],
  ['postgres://user:pa%40ss@db.example/halve', 'postgres://user:…@db.example/halve'],
  ['postgres://user:pa:ss@db.example/halve', 'postgres://user:…@db.example/halve'],
  ['postgres://user:pa ss@db.example/halve', 'postgres://user:…@db.example/halve'],
  ['postgres://user:pa\nss@db.example/halve', 'postgres://user:…@db.example/halve'],
  // These end what looks like a host, so that it cannot be told where the password ends.
  ['postgres://user:pa/ss@db.example/halve', 'postgres://…'],
  ['postgres://user:pa?ss@db.example/halve', 'postgres://…'],
  ['postgres://user:pa#ss@db.example/halve', 'postgres://…'],
  ['postgres://:pass@db.example/halve', 'postgres://:…@db.example/halve'],
  ['postgres://user:@db.example/halve', 'postgres://user:…@db.example/halve'],
  ['postgres://user@db.example/halve', 'postgres://user@db.example/halve'],
  ['postgres://db.example/halve', 'postgres://db.example/halve'],
  ['postgres://user:pass@[2001:db8::1]:5432/halve', 'postgres://user:…@[2001:db8::1]:5432/halve'],
  ['postgres://[::1]/halve', 'postgres://[::1]/halve'],
  ['postgres://u:pass@db/halve?password=pass&sslmode=require', 'postgres://u:…@db/halve?…&sslmode=require'],
  ['postgres://db/halve?max=5&sslkey=/k.pem&PASSWORD=pass', 'postgres://db/halve?max=5&…&…'],
  ['postgres://db/halve?password=pa&ss=x', 'postgres://db/halve?…&…'],
  ['postgres://u:pass@db/halve?password=pa@ss', 'postgres://…'],
  ['postgres://db/halve?max=5#pass', 'postgres://db/halve?max=5#…'],
  ['redis://:pass@redis.example:6379/1', 'redis://:…@redis.example:6379/1'],
  ['rediss://user:pass@[::1]:6379', 'rediss://user:…@[::1]:6379'],
  ['cloudinary://12:secret@demo/shop', 'cloudinary://12:…@demo/shop'],
  ['cloudinary://12:s3/cr@et@demo/shop', 'cloudinary://…'],
  ['s3://shop/a?region=x&endpoint=http://minio:9000', 's3://shop/a?region=x&endpoint=http://minio:9000'],
  ['s3://shop/a?accessKeyId=pass&secretAccessKey=pass', 's3://shop/a?…&…'],
  ['s3://shop/a?endpoint=http://key:pass@minio:9000', 's3://…'],
  ['s3://shop/a?endpoint=http%3A%2F%2Fkey%3Apass%40minio', 's3://…'],
  ['s3://key:pass@shop/a', 's3://key:…@shop/a'],
  ['sqlite:/data/me@home:1/halve.sqlite', 'sqlite:/data/me@home:1/halve.sqlite'],
  ['file:/data/me@home', 'file:/data/me@home'],
  ['file:///data/me@home', 'file:///data/me@home'],
])('shows of %s only %s', (url, shown) => {
  expect(maskUrl(url)).toBe(shown);
  expect(maskUrl(shown)).toBe(shown);
});

it('shows nothing of a password, whatever it is made of', () => {
  const part = fc.stringMatching(/^[ -~]{0,20}$/);
  fc.assert(
    fc.property(part, part, part, (before, after, value) => {
      const url = `postgres://user:${before}CANARY${after}@host.example/db?password=${value}CANARY${value}`;
      expect(maskUrl(url)).not.toContain('CANARY');
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
