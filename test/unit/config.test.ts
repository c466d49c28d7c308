import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { settingsPage } from '../../scripts/configuration-docs.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { gcCommand } from '../../src/cli/gc.ts';
import { runCommand } from '../../src/cli/run.ts';
import { serveCommand } from '../../src/cli/serve.ts';
import { settingsOf } from '../../src/cli/settings.ts';
import { workerCommand } from '../../src/cli/worker.ts';
import { SETTINGS, type Setting, type SettingsCommand, settingsTable } from '../../src/config.ts';
import { uploadFields } from '../../src/intake/options.ts';
import { ConfigError, loadConfig } from '../../src/load-config.ts';

it('has a default for everything a start needs', () => {
  const config = loadConfig({});
  expect(config).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 8000,
    MAX_IMAGE_BYTES: 33_554_432,
    allowPrivateNetworks: true,
  });
  expect(config.DATABASE_URL).toBe(`sqlite:${config.DATA_DIR}/halve.sqlite`);
  expect(config.WORKERS).toBeGreaterThan(0);
});

it('names all bad values together, and no secret among them', () => {
  const bad = {
    PORT: '70000',
    FETCH_TIMEOUT_MS: 'soon',
    MAX_IMAGE_BYTES: '1 apple',
    ALLOWED_HOSTS: 'a b',
    API_KEYS: 'team:hunter2',
  };
  const message = (() => {
    try {
      loadConfig(bad);
      return '';
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
  })();
  expect(message.split('\n').map((line) => line.split('=')[0])).toEqual(
    Object.keys(SETTINGS).filter((name) => name in bad),
  );
  expect(message).not.toContain('hunter2');
});

it('lets options win over the environment, and an empty variable count as unset', () => {
  expect(loadConfig({ PORT: '1', LOG_LEVEL: '' }, { PORT: '2' })).toMatchObject({
    PORT: 2,
    LOG_LEVEL: 'info',
  });
});

it('refuses a host that others can reach without keys, and private networks with them', () => {
  expect(() => loadConfig({ HOST: '0.0.0.0' })).toThrow('API_KEYS');
  const exposed = loadConfig({ HOST: '0.0.0.0', API_KEYS: 'team:0123456789abcdef' });
  expect(exposed.allowPrivateNetworks).toBe(false);
  expect(exposed.API_KEYS?.map(({ name }) => name)).toEqual(['team']);
  expect(loadConfig({ HOST: '0.0.0.0' }, {}, 'worker').allowPrivateNetworks).toBe(false);
  expect(() => loadConfig({ HOST: '0.0.0.0', METRICS_PORT: '0' }, {}, 'worker')).toThrow('API_KEYS');
});

it('keeps no secret of a key, and refuses what would not tell two apart', () => {
  const secret = '0123456789abcdef:with-a-colon';
  const { API_KEYS } = loadConfig({ API_KEYS: `team:${secret}, a.b_c-1:fedcba9876543210` });
  expect(API_KEYS).toEqual([
    { name: 'team', digest: createHash('sha256').update(secret).digest() },
    { name: 'a.b_c-1', digest: createHash('sha256').update('fedcba9876543210').digest() },
  ]);
  for (const [keys, problem] of [
    ['a:0123456789abcdef,a:fedcba9876543210', "API_KEYS=…: two keys have the name 'a'"],
    ['a:0123456789abcdef,b:0123456789abcdef', "API_KEYS=…: 'a' and 'b' have the same secret"],
    ['a:0123456789abcde', 'API_KEYS=…: each key is name:secret'],
    ['a b:0123456789abcdef', 'API_KEYS=…: each key is name:secret'],
    ['ä:0123456789abcdef', 'API_KEYS=…: each key is name:secret'],
    [':0123456789abcdef', 'API_KEYS=…: each key is name:secret'],
    ['a:0123456789abcdef,', 'API_KEYS=…: each key is name:secret'],
  ] as const) {
    expect(() => loadConfig({ API_KEYS: keys })).toThrow(problem);
    expect(() => loadConfig({ API_KEYS: keys })).toThrow(expect.not.stringContaining('0123'));
  }
});

it('trusts no private network under a name that others may use, since a proxy is in front', () => {
  const allowed = (PUBLIC_URL: string, more = {}) => loadConfig({ PUBLIC_URL, ...more }).allowPrivateNetworks;
  for (const url of ['', 'http://localhost:8000', 'http://127.0.0.1', 'http://[::1]:8000/'])
    expect([url, allowed(url)]).toEqual([url, true]);
  for (const url of [
    'https://halve.example',
    'http://10.0.0.7',
    'http://localhost.example',
    'http://[2001:db8::1]',
  ])
    expect([url, allowed(url)]).toEqual([url, false]);
  expect(allowed('https://halve.example', { ALLOW_PRIVATE_NETWORKS: 'true' })).toBe(true);
  expect(allowed('', { ALLOW_PRIVATE_NETWORKS: 'false' })).toBe(false);
});

it('limits calls where there are keys, and takes proxies by number or address', () => {
  const API_KEYS = 'team:0123456789abcdef';
  expect(loadConfig({})).toMatchObject({
    RATE_LIMIT_PER_MINUTE: 0,
    MAX_UPLOADS_AT_ONCE: 128,
    MAX_EVENT_STREAMS: 500,
    UPLOAD_TIMEOUT_MS: 3_600_000,
    UPLOAD_STALL_MS: 60_000,
  });
  expect(loadConfig({}).TRUST_PROXY).toBeUndefined();
  expect(loadConfig({ API_KEYS }).RATE_LIMIT_PER_MINUTE).toBe(3_000);
  expect(loadConfig({ API_KEYS, RATE_LIMIT_PER_MINUTE: '0' }).RATE_LIMIT_PER_MINUTE).toBe(0);
  expect(loadConfig({ RATE_LIMIT_PER_MINUTE: '60' }).RATE_LIMIT_PER_MINUTE).toBe(60);
  expect(loadConfig({ TRUST_PROXY: '2' }).TRUST_PROXY).toBe(2);
  expect(loadConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }).TRUST_PROXY).toEqual(['10.0.0.0/8', '::1']);
  for (const bad of ['true', '*', '10.0.0.0/99', 'proxy.example', '-1'])
    expect(() => loadConfig({ TRUST_PROXY: bad })).toThrow('number of proxies, address or CIDR');
});

it('knows both databases, and shows no password of one that it does not know', () => {
  for (const url of ['sqlite:/tmp/a.sqlite', 'postgres://a:b@c/d?max=5', 'postgresql:///halve']) {
    expect(loadConfig({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
  }
  expect(() => loadConfig({ DATABASE_URL: 'mysql://a:hunter2@c/d' })).toThrow(
    'DATABASE_URL=…: must be sqlite:PATH',
  );
});

it('reads hosts, ports and ranges that may be private', () => {
  expect(
    loadConfig({ ALLOWED_HOSTS: 'CDN.local, cdn.local:8001,[::1]:80,10.0.0.0/8,192.168.1.7' }).ALLOWED_HOSTS,
  ).toEqual({
    hosts: [
      { host: 'cdn.local', port: null },
      { host: 'cdn.local', port: 8001 },
      { host: '::1', port: 80 },
      { host: '192.168.1.7', port: null },
    ],
    ranges: [{ address: '10.0.0.0', prefix: 8 }],
  });
});

it('is what docs/configuration.md says', () => {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(text).toBe(settingsPage());
});

/** What users and checks of the program rely on: a change here is a change of the contract. */
const CONTRACT = {
  HOST: '127.0.0.1',
  PORT: 8000,
  PUBLIC_URL: undefined,
  DATA_DIR: resolve('data'),
  DATABASE_URL: `sqlite:${resolve('data/halve.sqlite')}`,
  REDIS_URL: undefined,
  STORAGE_URL: `file:${resolve('data/files')}`,
  WORKERS: availableParallelism(),
  API_KEYS: undefined,
  WEBHOOK_SECRET: undefined,
  ALLOW_PRIVATE_NETWORKS: 'auto',
  ALLOWED_HOSTS: { hosts: [], ranges: [] },
  MAX_UPLOAD_BYTES: 1024 ** 3,
  MAX_ROWS: 5_000_000,
  MAX_IMAGE_BYTES: 32 * 1024 ** 2,
  MAX_IMAGE_PIXELS: 50_000_000,
  FETCH_CONCURRENCY: 16,
  FETCH_PER_HOST: 32,
  FETCH_TIMEOUT_MS: 30_000,
  FETCH_ATTEMPTS: 4,
  RETENTION_DAYS: 0,
  LOG_LEVEL: 'info',
};

it.each(Object.entries(CONTRACT))('%s is %j while it is unset', (name, value) => {
  expect(Object.keys(SETTINGS)).toContain(name);
  expect(loadConfig({})[name as keyof typeof CONTRACT]).toEqual(value);
});

const optionOf = (setting: string) => `--${setting.toLowerCase().replaceAll('_', '-')}`;
const commands = () =>
  [serveCommand(), workerCommand(), runCommand(), gcCommand(), doctorCommand()].map(
    (command) => [command.name(), command.options.map(({ long }) => long)] as const,
  );

it('names every format in the help of `halve run`', () => {
  const help = runCommand().helpInformation().replace(/\s+/g, ' ');
  const { format, metadata } = z.toJSONSchema(uploadFields, { unrepresentable: 'any' }).properties as Record<
    string,
    { enum: string[] }
  >;
  expect(format!.enum).toEqual(expect.arrayContaining(['jpeg', 'avif', 'same']));
  expect(help).toContain(`keeps the format of the source. One of ${format!.enum.join(', ')}.`);
  expect(help).toContain(`One of ${metadata!.enum.join(', ')}.`);
});

it.each(commands())('gives `halve %s` an option for each of its settings', (name, options) => {
  const settings = settingsTable().filter(([, { for: takers }]) => takers.includes(name as SettingsCommand));
  const taken = settingsTable().filter(([setting]) => options.includes(optionOf(setting)));
  // Its own, for where its folder will be served.
  if (name === 'run') settings.unshift(['PUBLIC_URL', SETTINGS.PUBLIC_URL]);
  expect(taken).toEqual(settings);
  expect(taken.length).toBeGreaterThan(2);
});

it('takes a new setting from its line alone: to options, environment, docs and Config', () => {
  const pretend = {
    for: ['serve', 'run'],
    type: z.coerce.number<string>().int(),
    default: '7',
    meaning: 'Pretended seconds.',
  } satisfies Setting;
  Object.assign(SETTINGS, { PRETEND_SECONDS: pretend });
  onTestFinished(() => void Reflect.deleteProperty(SETTINGS, 'PRETEND_SECONDS'));
  expect(
    commands()
      .filter(([, options]) => options.includes('--pretend-seconds'))
      .map(([name]) => name),
  ).toEqual(['serve', 'run']);
  expect(serveCommand().helpInformation().replace(/\s+/g, ' ')).toContain(
    '--pretend-seconds <value> Pretended seconds. (default: 7)',
  );
  expect(settingsPage()).toContain('\n| `PRETEND_SECONDS` | `7` | serve, run | Pretended seconds. |\n');
  expect(loadConfig({})).toMatchObject({ PRETEND_SECONDS: 7 });
  expect(loadConfig({ PRETEND_SECONDS: '8' })).toMatchObject({ PRETEND_SECONDS: 8 });
  const command = serveCommand();
  command.parseOptions(['--pretend-seconds', '9']);
  expect(settingsOf(command)).toMatchObject({ PRETEND_SECONDS: 9 });
  expect(() => loadConfig({ PRETEND_SECONDS: 'x' })).toThrow('PRETEND_SECONDS=x: ');
});

const FLEET = {
  REDIS_URL: 'redis://user:pa%40ss@redis.example:6380/2?prefix=shop-a',
  DATABASE_URL: 'postgres://db.example/halve',
  WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}`,
};

it('takes a fleet apart from its prefix, and trusts no private network in it', () => {
  const config = loadConfig(FLEET);
  expect(config.REDIS_URL).toEqual({
    url: 'redis://user:pa%40ss@redis.example:6380/2',
    prefix: 'shop-a',
  });
  expect(config.allowPrivateNetworks).toBe(false);
  expect(loadConfig({ ...FLEET, REDIS_URL: 'rediss://h' }).REDIS_URL).toEqual({
    url: 'rediss://h',
    prefix: 'halve',
  });
  // `halve run` is a process of its own whatever the environment says.
  expect(loadConfig({ REDIS_URL: 'redis://h' }, { REDIS_URL: '' }).REDIS_URL).toBeUndefined();
});

it.each([
  [{ REDIS_URL: 'http://h' }, 'redis://HOST'],
  [{ REDIS_URL: 'redis://h/a' }, 'number of a database'],
  [{ REDIS_URL: 'redis://h?prefix=a:b' }, 'prefix'],
  [{ DATABASE_URL: '' }, 'DATABASE_URL=postgres://'],
  [{ DATABASE_URL: 'sqlite:a' }, 'DATABASE_URL=postgres://'],
  [{ WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET=whsec_'],
])('refuses a fleet with %j', (settings, why) => {
  expect(() => loadConfig({ ...FLEET, ...settings })).toThrow(why);
});
