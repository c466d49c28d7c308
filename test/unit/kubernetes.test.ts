// The manifests of deploy/kubernetes against the API's own schemas and types, and what they name in each other.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { openRecords } from '../../src/records/open-records.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createDatabase, postgresMissing, query } from '../fakes/postgres.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = `${ROOT}deploy/kubernetes/`;

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec?: Record<string, unknown>;
}

const files = readdirSync(FOLDER).filter((name) => name !== 'kustomization.yaml');
const manifests = files.flatMap((file) =>
  parseAllDocuments(readFileSync(FOLDER + file, 'utf8')).map((document) => ({
    file,
    manifest: document.toJS() as Manifest,
  })),
);
const find = (kind: string, name: string) =>
  manifests.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name)?.manifest;

function moduleOf({ apiVersion }: Manifest): string {
  return apiVersion.startsWith('keda.sh/')
    ? `@kubernetes-models/keda/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;
}

it('holds every kind that a fleet needs', () => {
  expect(manifests.map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.name}`).sort()).toEqual([
    'ConfigMap halve',
    'Deployment halve-server',
    'Deployment halve-worker',
    'HorizontalPodAutoscaler halve-server',
    'Namespace halve',
    'NetworkPolicy halve-out',
    'NetworkPolicy halve-server-in',
    'NetworkPolicy halve-worker-in',
    'PodDisruptionBudget halve-server',
    'PodDisruptionBudget halve-worker',
    'ScaledObject halve-worker',
    'Secret halve',
    'Service halve',
    'ServiceAccount halve',
    'TriggerAuthentication halve-database',
  ]);
});

type Model = new (data: unknown) => { validate(): void };

it('is valid by the JSON schemas of the API', async () => {
  for (const { file, manifest } of manifests) {
    const models = (await import(moduleOf(manifest))) as Record<string, Model>;
    const { [manifest.kind]: Kind } = models;
    expect(() => new Kind!(manifest).validate(), `${file} ${manifest.kind}`).not.toThrow();
  }
  const { Deployment } = (await import('kubernetes-models/apps/v1')) as unknown as Record<string, Model>;
  expect(() => new Deployment!({ spec: { replicas: 'two' } }).validate()).toThrow('replicas');
});

it('has no field that the API does not know', () => {
  expect(complaintsOf(manifests.map(({ manifest }) => manifest))).toEqual([]);
  const typo = structuredClone(find('Deployment', 'halve-server')!);
  typo.spec!.replica = 2;
  expect(complaintsOf([typo]).join()).toMatch(/replica.* does not exist/);
});

/** The schemas allow unknown fields; the types do not, when a manifest is written down as a literal. */
function complaintsOf(all: Manifest[]): string[] {
  const name = `${ROOT}manifests.mts`;
  const source = all.map(
    (manifest, index) =>
      `export const m${index}: import('${moduleOf(manifest)}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
  );
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === name
      ? ts.createSourceFile(path, source.join('\n'), ts.ScriptTarget.ES2022)
      : getSourceFile(path, ...rest);
  const program = ts.createProgram([name], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

it('names only what is there', () => {
  const labels = (deployment: string) =>
    (find('Deployment', deployment)!.spec!.template as { metadata: { labels: { app: string } } }).metadata
      .labels;
  for (const name of ['halve-server', 'halve-worker']) {
    expect(labels(name)).toEqual({ app: name });
    for (const kind of ['Deployment', 'PodDisruptionBudget'])
      expect(find(kind, name)!.spec!.selector).toEqual({ matchLabels: { app: name } });
  }
  expect(find('Service', 'halve')!.spec!.selector).toEqual({ app: 'halve-server' });
  expect(find('ScaledObject', 'halve-worker')!.spec!.scaleTargetRef).toEqual({ name: 'halve-worker' });
  const kustomization = readFileSync(`${FOLDER}kustomization.yaml`, 'utf8');
  for (const file of files) {
    // The secret's template must not be applied as it is.
    expect([file, kustomization.includes(`- ${file}\n`)]).toEqual([file, file !== 'secret.example.yaml']);
  }
});

const missing = await postgresMissing();

it.skipIf(missing)('scales by a query that the database answers', async () => {
  const url = await createDatabase();
  await (await openRecords({ url, clock: systemClock })).close();
  const { triggers } = find('ScaledObject', 'halve-worker')!.spec as {
    triggers: [{ metadata: { query: string } }];
  };
  const [none] = await query<{ coalesce: string }>(url, triggers[0].metadata.query);
  expect(Number(none!.coalesce)).toBe(0);
  const row = (id: string, status: string) =>
    `insert into requests (id, status, file_name, options, csv, products, images_total, images_processed, images_failed, created_at)
     values ('${id}', '${status}', 'x.csv', '{}', '{}', 1, 100, 30, 5, 0)`;
  await query(url, row('a', 'processing'), row('b', 'pending'), row('c', 'completed'));
  const [some] = await query<{ coalesce: string }>(url, triggers[0].metadata.query);
  expect(Number(some!.coalesce)).toBe(130);
});

const noKubectl = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not here';

it.skipIf(noKubectl)('is what kustomize makes of it', () => {
  const { stdout, stderr } = spawnSync('kubectl', ['kustomize', FOLDER], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const made = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  expect(made).toHaveLength(manifests.length - 1);
  expect(stdout.match(/image: .*/g)).toEqual(Array(2).fill('image: registry.example/halve:0.1.0'));
});
