// The API described for people: every operation and every example of the OpenAPI document, and the Postman collection
// made from it, run by newman against the real program with the example catalogue.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import type { Media, OpenApi, Operation } from '../../src/http/documents/openapi-types.ts';
import { catalogueFor } from '../fakes/catalogue.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import { type RequestBody, startService } from './service.ts';

const NEWMAN = createRequire(import.meta.url).resolve('newman/bin/newman.js');
const BASE_URL = 'http://127.0.0.1:8000';

interface Collection {
  variable: { key: string; value: string }[];
}

function* operationsOf({ paths }: OpenApi): Generator<[name: string, operation: Operation]> {
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) yield [`${method} ${path}`, operation];
  }
}

it('describes every operation, with examples that its schemas allow', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const api = await service.json<OpenApi>('/openapi.json');
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema({ $id: 'api', ...api });
  const wrong: string[] = [];
  let checked = 0;
  const check = (where: string, { schema, example, examples }: Media) => {
    const values = examples ? Object.values(examples).map(({ value }) => value) : [example];
    const own = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object;
    for (const value of values) {
      checked++;
      if (value === undefined) wrong.push(`${where}: no example`);
      else if (!ajv.validate(own, value)) wrong.push(`${where}: ${ajv.errorsText()}`);
    }
  };
  for (const [name, { summary, tags, parameters = [], requestBody, responses }] of operationsOf(api)) {
    if (!summary || !tags?.length) wrong.push(`${name}: no summary or tag`);
    for (const parameter of parameters) {
      if (!parameter.description) wrong.push(`${name}: ${parameter.name} has no description`);
    }
    for (const [type, media] of Object.entries(requestBody?.content ?? {})) {
      // A form's example leaves the file to whoever tries it.
      if (type === 'multipart/form-data') expect(Object.keys(media.example as object)).not.toContain('file');
      else check(`${name} ${type}`, media);
    }
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      if (!description || description === 'Default Response') wrong.push(`${name} ${status}: no description`);
      if (status !== '204' && Object.keys(content).length === 0) wrong.push(`${name} ${status}: no content`);
      for (const media of Object.values(content)) check(`${name} ${status}`, media);
    }
  }
  expect(wrong).toEqual([]);
  expect(checked).toBeGreaterThan(70);
  for (const { name, description } of api.tags!)
    expect([name, description]).toEqual([name, expect.stringMatching(/./)]);
  const { requestEnded } = api.webhooks as Record<string, { post: Operation }>;
  check('webhook', requestEnded!.post.requestBody!.content['application/json']!);
  expect(wrong).toEqual([]);
  expect(await service.stop()).toBe(0);
});

it('is a Postman collection that uploads the catalogue, waits, reads everything and removes it', async () => {
  const csv = await catalogueFor();
  const folder = tempFolder();
  mkdirSync(join(folder, 'catalogue'));
  writeFileSync(join(folder, 'catalogue', 'products.csv'), csv);
  const service = await startService({ env: { WORKERS: '2', API_KEYS: 'newman:a-key-for-newman' } });

  const collection = await service.json<Collection>('/postman.json');
  expect(collection.variable[0]).toEqual({ key: 'base_url', value: service.url });
  const text = `${JSON.stringify(collection, null, 2).replaceAll(service.url, BASE_URL)}\n`;
  // The committed copy is what the server gives, for its usual address; `-u` writes it anew, at the end of the test.
  await expect(text).toMatchFileSnapshot('../../examples/halve.postman_collection.json');
  writeFileSync(join(folder, 'collection.json'), text);

  const { failures, executions, assertions } = await runNewman(folder, {
    base_url: service.url,
    api_key: 'a-key-for-newman',
  });
  expect(failures).toEqual([]);
  const answers = new Map(
    executions.map(({ request: { method, url }, response: { code, stream } }) => [
      `${method} ${url.path[0]}${url.path.slice(2).map((part) => `/${part}`)}`,
      { status: code, body: Buffer.from(stream.data).toString() },
    ]),
  );
  const all = await service.json<OpenApi>('/openapi.json');
  expect(answers.size).toBe([...operationsOf(all)].length);
  expect(assertions).toBeGreaterThan(answers.size);
  const answered = (name: string) => answers.get(name)!.body;
  const ended = JSON.parse(answered('GET status')) as RequestBody;
  expect(ended).toMatchObject({
    status: 'completed',
    progress: 100,
    products: 12,
    images: { total: 24, processed: 24 },
  });
  expect(answered('GET input_csv')).toBe(csv);
  const output = answered('GET output_csv').trimEnd().split('\n');
  expect([output.length, output[0]]).toEqual([
    13,
    'S. No.,Product Name,Input Image Urls,SKU,Price,Output Image Urls',
  ]);
  expect(answered('GET output')).toBe(answered('GET output_csv'));
  const imported = answered('GET import').trimEnd().split('\n');
  expect([imported.length, imported[0]]).toEqual([13, csv.split('\n')[0]]);
  expect(answered('GET zip').slice(0, 4)).toBe('PK\u0003\u0004');
  expect(answered('GET report_csv').trimEnd().split('\n')).toHaveLength(25);
  expect(answers.get('DELETE requests')!.status).toBe(204);
  expect(await service.json('/requests', { headers: { authorization: 'Bearer a-key-for-newman' } })).toEqual({
    requests: [],
    next: null,
  });
  expect(await service.stop()).toBe(0);
});

interface Execution {
  request: { method: string; url: { path: string[] } };
  response: { code: number; stream: { data: number[] } };
}

/** Runs the collection in a folder as its user would, and reads the report. */
async function runNewman(workingDir: string, variables: Record<string, string>) {
  const report = join(workingDir, 'report.json');
  const collection = join(workingDir, 'collection.json');
  const values = Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]);
  const options = ['--working-dir', workingDir, '--reporters', 'json', '--reporter-json-export', report];
  // It exits with 1 when an assertion failed: which, its report says.
  await new Promise((resolve) =>
    execFile(process.execPath, [NEWMAN, 'run', collection, ...values, ...options], resolve),
  );
  const { run } = JSON.parse(readFileSync(report, 'utf8')) as {
    run: {
      stats: { assertions: { total: number } };
      failures: { source: { name: string }; error: { message: string } }[];
      executions: Execution[];
    };
  };
  return {
    failures: run.failures.map(({ source, error }) => `${source.name}: ${error.message}`),
    executions: run.executions,
    assertions: run.stats.assertions.total,
  };
}
