// What an uploader may say of a table: every option, by form and by query, and how a name, a value or a body that is none
// is refused.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { OpenApi } from '../../src/http/documents/openapi-types.ts';
import { type Service, startService } from './service.ts';

const OWN = 'S. No.,Product Name,Input Image Urls\n1,Mug,http://a.example/1.jpg\n';
/** One title line, and text that reads right in one encoding only. */
const ODD = Buffer.from('Katalog;;\nGr\xf6\xdfe \xa4;Bild;Detail\nTisch;/a b.jpg;c.jpg\n', 'latin1');
const ALL: [name: string, value: string][] = [
  ['quality', '40%'],
  ['format', 'jpg'],
  ['max_width', '800'],
  ['max_height', '600'],
  ['metadata', 'none'],
  ['keep_originals', 'yes'],
  ['key_template', '{request_id}/{seq}'],
  ['profile', 'none'],
  ['url_column', '#2'],
  ['url_column', '/^det/'],
  ['name_column', 'Größe €'],
  ['header_row', '2'],
  ['rows', 'strict'],
  ['base_url', 'http://a.example/pics/'],
  ['encoding', 'ISO8859-15'],
  ['write_to', 'profile'],
  ['webhook_url', 'http://a.example/hook'],
];

interface Answer {
  status: number;
  code?: string;
  detail?: string;
  errors?: { code: string; message: string }[];
  problems?: { code: string; message: string }[];
  url_columns?: string[];
  name_column?: string | null;
  header_row?: number | null;
  request_id?: string;
  images?: number;
}

async function send(service: Service, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(service.url + path, { method: 'POST', ...init });
  return { ...((await response.json()) as Answer), status: response.status };
}

const queryOf = (options: [string, string][]) => new URLSearchParams(options).toString();
const bytesOf = (file: string | Buffer) => new Uint8Array(Buffer.from(file));

const plain = (service: Service, path: string, file: string | Buffer, options: [string, string][] = []) =>
  send(service, `${path}?${queryOf(options)}`, {
    body: bytesOf(file),
    headers: { 'content-type': 'text/csv' },
  });

function formed(
  service: Service,
  path: string,
  file: string | Buffer,
  {
    before = [],
    behind = [],
    part = 'file',
  }: { before?: [string, string][]; behind?: [string, string][]; part?: string } = {},
) {
  const form = new FormData();
  for (const [name, value] of before) form.append(name, value);
  form.append(part, new Blob([bytesOf(file)]), 'a.csv');
  for (const [name, value] of behind) form.append(name, value);
  return send(service, path, { body: form });
}

/** What is wrong with a file: refused by an upload, told by a check. */
const problemsOf = ({ errors, problems }: Answer) => (errors ?? problems)!.map(({ code }) => code);

it('takes every documented option, in the query and in the form, before and behind the file', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const api = await service.json<OpenApi>('/openapi.json');
  for (const path of ['/upload', '/validate']) {
    const { parameters = [] } = api.paths[path]!.post!;
    const documented = parameters.filter((parameter) => parameter.in === 'query');
    expect(documented.map(({ name }) => name)).toEqual([...new Set(ALL.map(([name]) => name))]);
    expect(documented.filter(({ required }) => required)).toEqual([]);
  }
  const recognised = {
    products: 1,
    images: 2,
    profile: null,
    header_row: 2,
    url_columns: ['Bild', 'Detail'],
    name_column: 'Größe €',
    rows: { total: 1, passed_through: 0, with_problems: 0 },
    warnings: [],
    warning_counts: {},
  };
  const half = ALL.length / 2;
  for (const accepted of [
    await plain(service, '/upload', ODD, ALL),
    await formed(service, '/upload', ODD, { before: ALL }),
    await formed(service, '/upload', ODD, { behind: ALL }),
    await formed(service, '/upload', ODD, { before: ALL.slice(0, half), behind: ALL.slice(half) }),
    await formed(service, `/upload?${queryOf(ALL)}`, ODD),
  ]) {
    expect(accepted).toMatchObject({ status: 202, ...recognised });
    const id = accepted.request_id!;
    expect(await service.status(id)).toMatchObject({
      options: {
        quality: '40%',
        format: 'jpeg',
        max_width: 800,
        max_height: 600,
        metadata: 'none',
        keep_originals: true,
        key_template: '{request_id}/{seq}',
        profile: 'none',
        url_column: ['#2', '/^det/'],
        name_column: 'Größe €',
        header_row: 2,
        rows: 'strict',
        base_url: 'http://a.example/pics/',
        encoding: 'iso-8859-15',
        write_to: 'profile',
      },
      webhook: { url: 'http://a.example/hook' },
    });
    const images = await service.images(id);
    expect(images.map(({ input_url }) => input_url)).toEqual([
      'http://a.example/pics/a b.jpg',
      'http://a.example/pics/c.jpg',
    ]);
  }
  const checked = await formed(service, '/validate', ODD, { behind: ALL });
  expect(checked).toMatchObject({
    status: 200,
    valid: true,
    ...recognised,
    profile_label: null,
    header: ['Größe €', 'Bild', 'Detail'],
    columns: { urls: [2, 3], names: [1], serial: null },
    preview: [{ row: 1, spreadsheet_row: 3, name: 'Tisch' }],
  });
  expect(await plain(service, '/validate', ODD, ALL)).toEqual(checked);
  expect(await service.stop()).toBe(0);
});

it('takes columns by text, pattern and number, one or several, and says which are meant by one that is not there', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const file = 'Name,Bild,Foto 1,Foto 2\nMug,http://a.example/1,http://a.example/2,http://a.example/3\n';
  const taken: [columns: string[], url_columns: string[]][] = [
    [['Bild'], ['Bild']],
    [['bild '], ['Bild']],
    [['#3'], ['Foto 1']],
    [['/foto/'], ['Foto 1', 'Foto 2']],
    [
      ['#4', 'Bild'],
      ['Bild', 'Foto 2'],
    ],
    [
      ['/^Foto \\d$/', 'Foto 2', 'BILD'],
      ['Bild', 'Foto 1', 'Foto 2'],
    ],
    [['', 'Bild', ''], ['Bild']],
  ];
  for (const [columns, url_columns] of taken) {
    const options = columns.map((column): [string, string] => ['url_column', column]);
    for (const answer of [
      await plain(service, '/validate', file, options),
      await formed(service, '/validate', file, { before: options }),
      await formed(service, '/validate', file, { behind: options }),
    ])
      expect([columns, answer.status, answer.url_columns, answer.images]).toEqual([
        columns,
        200,
        url_columns,
        url_columns.length,
      ]);
  }
  const refused: [option: string, value: string, code: string, message: string][] = [
    ['url_column', 'Bidl', 'missing_column', 'Did you mean "Bild"?'],
    ['url_column', '#5', 'missing_column', 'url_column'],
    ['url_column', '/^x/', 'missing_column', 'url_column'],
    ['url_column', '/(/', 'invalid_pattern', 'url_column=/(/ is no valid pattern'],
    ['name_column', 'Nmae', 'missing_column', 'Did you mean "Name"?'],
    ['header_row', '3', 'missing_header_row', 'header_row=3'],
    ['profile', 'woocomerce', 'unknown_profile', 'Did you mean profile=woocommerce? There are auto, none, '],
    ['profile', 'nonsense', 'unknown_profile', 'There is no profile "nonsense". There are auto, none, '],
    ['profile', 'woocommerce', 'missing_column', 'Send profile=auto'],
  ];
  for (const [name, value, code, message] of refused) {
    const given: [string, string][] = name === 'url_column' ? [] : [['url_column', 'Bild']];
    const checked = await plain(service, '/validate', file, [...given, [name, value]]);
    expect([name, value, checked.status, problemsOf(checked)]).toEqual([name, value, 200, [code]]);
    expect(checked.problems![0]!.message).toContain(message);
    const uploaded = await formed(service, '/upload', file, { behind: [...given, [name, value]] });
    expect([uploaded.status, uploaded.code, uploaded.errors]).toEqual([422, 'invalid_csv', checked.problems]);
  }

  const rowOf = async (table: string, row: string) =>
    (await plain(service, '/validate', table, [['header_row', row]])).header_row;
  const titled = 'Shop,,\nName,Bild,Preis\nMug,http://a.example/1.jpg,3\n';
  expect([await rowOf(titled, '2'), await rowOf(titled, '0'), await rowOf(titled, '')]).toEqual([2, null, 2]);
  const without = await plain(service, '/validate', 'Mug,http://a.example/1.jpg\n', [['header_row', '0']]);
  expect(without).toMatchObject({ valid: true, header: [], url_columns: ['Column 2'], images: 1 });
  expect(await service.stop()).toBe(0);
});

it('refuses a name that is no option with the one that was meant, and a value that cannot be used', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  const cases: [name: string, value: string, detail: string][] = [
    ['webhookUrl', 'http://a.example/', 'webhookUrl: is no option; did you mean webhook_url?'],
    ['qualtiy', '40', 'qualtiy: is no option; did you mean quality?'],
    ['Quality', '40', 'Quality: is no option; did you mean quality?'],
    ['urlColumn', 'Bild', 'urlColumn: is no option; did you mean url_column?'],
    ['url-column', 'Bild', 'url-column: is no option; did you mean url_column?'],
    ['colour', 'red', 'colour: is no option'],
    ['rows', 'maybe', 'rows: Invalid option: expected one of "strict"|"lenient"'],
    ['write_to', 'x', 'write_to: Invalid option: expected one of "in_place"|"profile"'],
    ['base_url', 'ftp://a.example/', 'base_url: must be an http(s) URL'],
    ['header_row', '-1', 'header_row: Too small: expected number to be >=0'],
    ['header_row', 'x', 'header_row: Invalid input: expected number, received NaN'],
    ['header_row', '10001', 'header_row: Too big: expected number to be <=10000'],
  ];
  for (const path of ['/upload', '/validate']) {
    for (const [name, value, detail] of cases) {
      for (const answer of [
        await plain(service, path, OWN, [[name, value]]),
        await formed(service, path, OWN, { before: [[name, value]] }),
        await formed(service, path, OWN, { behind: [[name, value]] }),
        await formed(service, `${path}?${queryOf([[name, value]])}`, OWN),
      ])
        expect([path, answer.status, answer.code, answer.detail]).toEqual([
          path,
          422,
          'invalid_option',
          detail,
        ]);
    }
    const klingon = await plain(service, path, OWN, [['encoding', 'klingon']]);
    expect([klingon.status, klingon.code]).toEqual([422, 'invalid_option']);
    expect(klingon.detail).toMatch(/^encoding: must be one of utf-8, windows-1252, .*, euc-kr$/);
    // All that is wrong is said at once.
    const both = await plain(service, path, OWN, [
      ['qualtiy', '40'],
      ['rows', 'maybe'],
    ]);
    expect(both.detail).toBe(`${cases[1]![2]}; ${cases[6]![2]}`);
  }
  await expect.poll(() => readdirSync(join(service.dataDir, 'files'))).toEqual(['.unfinished']);
  expect(await service.json('/requests')).toEqual({ requests: [], next: null });
  expect(await service.stop()).toBe(0);
});

it('takes the one file under any name, and names JSON for what it is', async () => {
  const service = await startService({ env: { WORKERS: '0' } });
  for (const part of ['file', 'csv', 'catalogue[]', 'quality']) {
    expect(await formed(service, '/validate', OWN, { part })).toMatchObject({ status: 200, images: 1 });
  }
  const text = new FormData();
  text.set('file', OWN);
  const noFile = { status: 400, code: 'missing_file', detail: expect.stringContaining('send it as a file') };
  expect(await send(service, '/validate', { body: text })).toMatchObject(noFile);

  const bodies: [body: string, what: string][] = [
    ['{"name":"Mug","image":"http://a.example/1.jpg"}', 'JSON'],
    ['[{"name":"Mug"}]', 'JSON'],
    ['{"name":"Mug"}\n{"name":"Lamp"}\n', 'NDJSON (one JSON object a line)'],
    ['{', ''],
  ];
  for (const path of ['/upload', '/validate']) {
    for (const [body, what] of bodies) {
      for (const type of ['application/json', 'application/json; charset=utf-8', 'application/x-ndjson']) {
        expect(await send(service, path, { body, headers: { 'content-type': type } })).toMatchObject({
          status: 415,
          code: 'unsupported_media_type',
          detail: expect.stringMatching(/^JSON is no table: /),
        });
      }
      if (what === '') continue;
      for (const answer of [await plain(service, path, body), await formed(service, path, body)]) {
        expect([answer.status, problemsOf(answer)]).toEqual([path === '/upload' ? 422 : 200, ['not_text']]);
        const message = `This is ${what}; export the catalogue as CSV`;
        expect((answer.errors ?? answer.problems)![0]!.message).toBe(message);
      }
    }
  }
  expect(await service.json('/requests')).toEqual({ requests: [], next: null });
  expect(await service.stop()).toBe(0);
});
