// Catalogues as shops export them: uploaded as they are, and back with nothing changed but the addresses of their images.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import type { Origin } from '../fakes/origin.ts';
import { tempFolder } from '../fakes/temp-folder.ts';
import {
  asText,
  REFUSED,
  SAMPLES,
  type Sample,
  sampleFor,
  sampleNames,
  startImages,
} from './exports-samples.ts';
import { BIN, type ImageBody, type Service, startService } from './service.ts';

interface Accepted {
  request_id: string;
  profile: string | null;
  header_row: number | null;
  images: number;
  url_columns: string[];
  warnings: { code: string; line: number | null; message: string }[];
  warning_counts: Record<string, number>;
}

function optionsOf({ url }: Origin, { base, encoding }: Pick<Sample, 'base' | 'encoding'>) {
  return { ...(base !== undefined && { base_url: url + base }), ...(encoding !== undefined && { encoding }) };
}

async function post(service: Service, name: string, bytes: Buffer, fields: Record<string, string>) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set('file', new Blob([new Uint8Array(bytes)]), name);
  const response = await fetch(`${service.url}/upload`, { method: 'POST', body: form });
  return { status: response.status, body: await response.json() };
}

async function fileOf(service: Service, kind: 'output' | 'import', id: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${service.url}/${kind}/${id}`)).arrayBuffer());
}

/** The cells of a file as csv-parse reads it, which knows nothing of halve. */
function cellsOf(bytes: Buffer, { delimiter = ',', unquoted }: Sample): string[][] {
  return parse(asText(bytes), {
    delimiter,
    quote: unquoted ? false : '"',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
}

/** The file to import with each result's address put back to the one that it came from: the file that came, or something is wrong. */
function putBack(
  imported: Buffer,
  images: readonly ImageBody[],
  service: Service,
  base: string | null,
): string {
  const cameFrom = new Map(images.map(({ input_url, output_url }) => [output_url!, input_url]));
  const host = service.url.replaceAll('/', '(?:\\\\?/)');
  return asText(imported).replace(new RegExp(`${host}[\\w./\\\\-]+`, 'g'), (written) => {
    const json = written.includes('\\/');
    const url = cameFrom.get(json ? written.replaceAll('\\/', '/') : written) ?? 'an address of no result';
    const text = base !== null && url.startsWith(base) ? url.slice(base.length) : url;
    return json ? text.replaceAll('/', '\\/') : text;
  });
}

/** How many cells each row has more than before, and the addresses in them; null where another cell differs. */
function added(before: string[][], after: string[][]): { more: number; urls: number }[] | null {
  if (before.length !== after.length) return null;
  const rows = after.map((cells, row) => {
    const kept = before[row]!;
    const same = kept.every((cell, index) => cells[index] === cell);
    const urls =
      cells
        .slice(kept.length)
        .join()
        .match(/https?:\/\//g)?.length ?? 0;
    return same ? { more: cells.length - kept.length, urls } : null;
  });
  return rows.includes(null) ? null : (rows as { more: number; urls: number }[]);
}

it('every sample is one that is taken or one that is refused', () => {
  expect([...Object.keys(SAMPLES), ...Object.keys(REFUSED), 'prestashop-grid.csv'].sort()).toEqual(
    sampleNames(),
  );
});

it('exports are taken as they are, and come back changed in the addresses of their images only', async () => {
  const origin = await startImages();
  const service = await startService();
  const judged = Object.entries(SAMPLES).map(async ([name, sample]) => {
    const came = sampleFor(origin, name);
    const { status, body } = await post(service, name, came, optionsOf(origin, sample));
    if (status !== 202) return [name, body];
    const accepted = body as Accepted;
    const id = accepted.request_id;
    const { images } = await service.ended(id);
    const all = await service.images(id);
    const output = await fileOf(service, 'output', id);
    const grown = added(cellsOf(came, sample), cellsOf(output, sample));
    const base = sample.base === undefined ? null : origin.url + sample.base;
    const back = putBack(await fileOf(service, 'import', id), all, service, base);
    const written = name === 'html-pictures.csv' ? back.replace('w=1&h=2', 'w=1&amp;h=2') : back;
    const [first] = parse(await service.file('report', id), { columns: true }) as { product_name: string }[];
    const header = sample.header ?? 1;
    return [
      name,
      {
        profile: accepted.profile,
        header: accepted.header_row,
        warnings: Object.keys(accepted.warning_counts),
        images: [accepted.images, images.total, images.processed],
        name: first!.product_name,
        equalStayEqual:
          new Set(all.map(({ input_url, output_url }) => `${input_url} ${output_url}`)).size ===
          new Set(all.map(({ input_url }) => input_url)).size,
        imported: written === asText(came) ? 'as it came' : written,
        headerGrown: header === 0 ? 0 : grown?.[header - 1]?.more,
        outputUrls: grown?.reduce((sum, { urls }) => sum + urls, 0),
      },
    ] as const;
  });
  const found = Object.fromEntries(await Promise.all(judged));
  const expected = Object.entries(SAMPLES).map(([name, sample]) => {
    const { profile, images, columns, header = 1, warnings = [] } = sample;
    const sepLine = name === 'sep-line.csv' ? 1 : 0;
    return [
      name,
      {
        profile,
        header: header === 0 ? null : header - sepLine,
        warnings,
        images: [images, images, images],
        name: sample.name,
        equalStayEqual: true,
        imported: 'as it came',
        headerGrown: header === 0 ? 0 : columns.length,
        outputUrls: images,
      },
    ];
  });
  expect(found).toEqual(Object.fromEntries(expected));
  expect(origin.requests.filter(({ path }) => path.startsWith('/p/'))).toEqual([]);
  expect(await service.stop()).toBe(0);
}, 120_000);

/** A run is a process of its own: one for each way in which a file is written. */
const RUN = [
  'shopify-new.csv',
  'google-feed.txt',
  'magento2.csv',
  'bigcommerce-v2.csv',
  'amazon-jp.txt',
  'ebay-fileexchange.csv',
  'airtable.csv',
  'json-arrays.csv',
  'supplier-pl-utf16.txt',
  'cr-only.csv',
  'numbered.csv',
  'no-header.csv',
];

it('`halve run` writes the same bytes as a server', async () => {
  const origin = await startImages();
  const service = await startService();
  const found: Record<string, string> = {};
  async function compare(name: string): Promise<void> {
    const options = optionsOf(origin, SAMPLES[name]!);
    const came = sampleFor(origin, name);
    const folder = tempFolder();
    writeFileSync(join(folder, name), came);
    const flags = Object.entries(options).flatMap(([field, value]) => [
      `--${field.replace('_', '-')}`,
      value,
    ]);
    const out = join(folder, 'out');
    await promisify(execFile)(process.execPath, [
      BIN,
      ...['run', join(folder, name), '--out', out, '--workers', '1', ...flags],
    ]);
    const { body } = await post(service, name, came, options);
    const id = (body as Accepted).request_id;
    await service.ended(id);
    const expected = asText(await fileOf(service, 'output', id)).replaceAll(
      `${service.url}/files/${id}/`,
      'images/',
    );
    const file = readdirSync(out).find((one) => one.startsWith('output.'))!;
    const written = asText(readFileSync(join(out, file)));
    found[name] = written === expected ? 'the same' : written;
  }
  const two = [0, 1].map(async (part) => {
    for (const name of RUN.filter((_, index) => index % 2 === part)) await compare(name);
  });
  await Promise.all(two);
  expect(found).toEqual(Object.fromEntries(RUN.map((name) => [name, 'the same'])));
  expect(await service.stop()).toBe(0);
}, 240_000);

it('what may be pages is asked about, with the columns by name, and not fetched', async () => {
  const origin = await startImages();
  const service = await startService();
  for (const [name, { columns, encoding }] of Object.entries(REFUSED)) {
    const options = optionsOf(origin, { ...(encoding !== undefined && { encoding }) });
    const { status, body } = await post(service, name, sampleFor(origin, name), options);
    const { code, errors } = body as { code: string; errors: { code: string; message: string }[] };
    expect([name, status, code, errors.map((error) => error.code)]).toEqual([
      name,
      422,
      'invalid_csv',
      ['ambiguous_column'],
    ]);
    const asked = columns.map((column) => `url_column=${column}`).join(' or ');
    expect(errors[0]!.message).toContain(`send ${asked}`);
  }
  const grid = await post(service, 'grid.csv', sampleFor(origin, 'prestashop-grid.csv'), {});
  expect(grid.status).toBe(422);
  expect(JSON.stringify(grid.body)).toContain('name the column with url_column');
  expect(origin.requests).toEqual([]);

  // With the answer that was asked for, the same file is taken.
  const answered = { url_column: 'Body' };
  const { body } = await post(service, 'html.csv', sampleFor(origin, 'refused-html.csv'), answered);
  expect(await service.ended((body as Accepted).request_id)).toMatchObject({
    images: { total: 2, processed: 2 },
  });
  expect(await service.stop()).toBe(0);
});

it('one byte in another encoding changes how its own cell reads, and its line is named', async () => {
  const origin = await startImages();
  const service = await startService();
  const { body } = await post(service, 'a.csv', sampleFor(origin, 'one-latin1-byte.csv'), {});
  const { request_id: id, warnings } = body as Accepted;
  expect(warnings.map(({ code, line }) => [code, line])).toEqual([['mixed_encoding', 5]]);
  await service.ended(id);
  expect(await namesOf(service, id)).toEqual(['Müsli-Schale', 'Grüner Stuhl', 'Größe XL', 'Café']);
  expect(await service.stop()).toBe(0);
});

it('names read right in the encoding that is named: in report.csv, in the status, and in what was recognised', async () => {
  const origin = await startImages();
  const service = await startService();
  const cases: [file: string, encoding: string, column: string, names: string[]][] = [
    ['supplier-ja.csv', 'shift_jis', '商品名', ['マグカップ 能登', 'マグカップ 能登']],
    ['supplier-zh.csv', 'GBK', '商品名称', ['陶瓷杯，海洋', '陶瓷杯，海洋', '陶瓷杯，海洋', '台灯']],
    ['supplier-ru.csv', 'cp1251', 'Наименование', ['Кружка керамическая', 'Кружка керамическая']],
    ['names-mac.csv', 'macintosh', 'Name', ['Müsli-Schale „groß“', 'Café']],
  ];
  for (const [file, encoding, column, names] of cases) {
    const { body } = await post(service, file, sampleFor(origin, file), { encoding });
    const { request_id: id, name_column } = body as Accepted & { name_column: string };
    await service.ended(id);
    expect([file, name_column, await namesOf(service, id)]).toEqual([file, column, names]);
    const images = (await service.images(id)) as (ImageBody & { product_name: string })[];
    expect(images.map(({ product_name }) => product_name)).toEqual(names);
  }
  expect(await service.stop()).toBe(0);
});

async function namesOf(service: Service, id: string): Promise<string[]> {
  const lines = parse(await service.file('report', id), { columns: true }) as { product_name: string }[];
  return lines.map(({ product_name }) => product_name);
}
