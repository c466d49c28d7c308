// How a request is closed: which files, which status, which webhook, and what a storage that is away costs.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { StorageFault } from '../../src/errors.ts';
import { createFinisher, type FinishOptions } from '../../src/finish/finish-request.ts';
import { REPORT_HEADER } from '../../src/finish/report-csv.ts';
import type { ImageRecord } from '../../src/records/results.ts';
import type { RequestRecord } from '../../src/records/schema.ts';
import { createTableChecker } from '../../src/table/table.ts';
import { NO_OPTIONS } from '../../src/table/table-options.ts';
import { createLinks } from '../../src/util/links.ts';
import { createMetrics } from '../../src/util/telemetry/metrics.ts';

const waits: number[] = [];
vi.mock('node:timers/promises', () => ({ setTimeout: async (ms: number) => void waits.push(ms) }));

const INPUT = Buffer.from(
  'S. No.,Product Name,Input Image Urls\n1,Shoe,"http://a.test/1.jpg,http://a.test/2.jpg"\n2,Hat,http://a.test/3.jpg\n',
);
const DONE = {
  status: 'processed',
  output_key: 'r/1.jpg',
  kept_original: 1,
  original_key: 'r/1.original.jpg',
};
const FAILED = { status: 'failed', error_code: 'http_404', error_message: 'the server answered 404' };

function site(images: object[], request: Partial<RequestRecord> = {}) {
  const checker = createTableChecker();
  checker.push(INPUT);
  const { shape, problems } = checker.end();
  expect(problems).toEqual([]);
  const objects = new Map<string, Buffer>([['r/input.csv', INPUT]]);
  const rows = images.map((image, index) => ({
    seq: index + 1,
    row: index < 2 ? 1 : 2,
    position: index < 2 ? index + 1 : 1,
    input_url: `http://a.test/${index + 1}.jpg`,
    attempts: 1,
    ...Object.fromEntries(
      [
        'output_key',
        'original_key',
        'kept_original',
        'error_code',
        'error_message',
        'http_status',
        'bytes_in',
      ]
        .concat(['bytes_out', 'width', 'height', 'format', 'quality', 'encoder', 'source_quality', 'sha256'])
        .map((name) => [name, null]),
    ),
    ...image,
  })) as unknown as ImageRecord[];
  const count = (status: string) => rows.filter((row) => row.status === status).length;
  const state = {
    request: {
      id: 'r',
      revision: 0,
      status: 'processing',
      finish_due_at: 1,
      csv: shape,
      options: NO_OPTIONS,
      webhook_url: 'http://receiver.test/',
      created_at: 1_000,
      images_total: rows.length,
      images_processed: count('processed'),
      images_failed: count('failed'),
      ...request,
    } as unknown as RequestRecord | undefined,
    objects,
    /** How many of the next writes fail, and with what. */
    broken: { times: 0, error: new StorageFault('away') as Error },
    puts: [] as string[],
    removed: [] as string[],
    ended: [] as {
      status: string;
      delivery: { id: string; type: string; url: string; body: string } | null;
    }[],
    first: true,
    told: [] as string[],
    said: [] as string[],
    fields: [] as object[],
  };
  waits.length = 0;
  const say = (fields: object, message: string) => {
    state.said.push(message);
    state.fields.push(fields);
  };
  const metrics = createMetrics({ shown: false });
  const finish = createFinisher({
    records: {
      time: async () => 61_000,
      requests: {
        get: async () => state.request,
        finish: async (_request: object, status: string, delivery: (typeof state.ended)[0]['delivery']) => {
          state.ended.push({ status, delivery });
          return state.first;
        },
      },
      results: {
        list: async (_id: string, { cursor, limit }: { cursor: number; limit: number }) =>
          rows.filter(({ seq }) => seq > cursor).slice(0, limit),
      },
    } as unknown as FinishOptions['records'],
    storage: {
      get: async (key: string) => (objects.has(key) ? Readable.from([objects.get(key)!]) : null),
      put: async (key: string, stream: Readable, options: object) => {
        expect(options).toEqual({ contentType: 'text/csv', durable: true });
        if (state.broken.times-- > 0) throw state.broken.error;
        objects.set(key, await buffer(stream));
        state.puts.push(key);
      },
      deletePrefix: async (key: string) => {
        state.removed.push(key);
        if (key.includes('report')) throw new Error('away');
      },
      url: (key: string) => `http://files.test/${key}`,
    } as unknown as FinishOptions['storage'],
    links: createLinks(() => 'http://halve.test'),
    onFinished: (id) => state.told.push(id),
    log: { debug: say, info: say, warn: say, error: say },
    metrics,
  });
  const text = (key: string) => objects.get(key)?.toString();
  const counted = async () =>
    (await metrics.requests.get()).values.map(({ labels, value }) => [labels.status, value]);
  onTestFinished(() => void vi.restoreAllMocks());
  return { state, text, counted, finish: () => finish({ request_id: 'r' }) };
}

it('writes the files, ends the request and makes its webhook due', async () => {
  const { state, text, counted, finish } = site([
    DONE,
    FAILED,
    { ...DONE, output_key: 'r/3.jpg', kept_original: 0 },
  ]);
  await finish();
  expect(text('r/output.csv')).toBe(
    'S. No.,Product Name,Input Image Urls,Output Image Urls\n' +
      '1,Shoe,"http://a.test/1.jpg,http://a.test/2.jpg","http://files.test/r/1.jpg,"\n' +
      '2,Hat,http://a.test/3.jpg,http://files.test/r/3.jpg\n',
  );
  // The failed one keeps its old URL.
  expect(text('r/import.csv')).toBe(
    'S. No.,Product Name,Input Image Urls\n' +
      '1,Shoe,"http://files.test/r/1.jpg,http://a.test/2.jpg"\n' +
      '2,Hat,http://files.test/r/3.jpg\n',
  );
  expect(text('r/report.csv')).toBe(
    `${REPORT_HEADER}1,1,http://a.test/1.jpg,http://files.test/r/1.jpg,processed,,,,,,,,,,true,,,1,,http://files.test/r/1.original.jpg,Shoe,1,Input Image Urls\r\n` +
      '1,2,http://a.test/2.jpg,,failed,http_404,the server answered 404,,,,,,,,,,,1,,,Shoe,1,Input Image Urls\r\n' +
      '2,1,http://a.test/3.jpg,http://files.test/r/3.jpg,processed,,,,,,,,,,false,,,1,,http://files.test/r/1.original.jpg,Hat,2,Input Image Urls\r\n',
  );
  expect(text('r/failed.csv')).toBe(
    'S. No.,Product Name,Input Image Urls,Error\n1,Shoe,http://a.test/2.jpg,http_404: the server answered 404\n',
  );
  expect(state.ended).toMatchObject([
    {
      status: 'completed',
      delivery: { id: 'msg_r_0', type: 'request.completed', url: 'http://receiver.test/' },
    },
  ]);
  expect(JSON.parse(state.ended[0]!.delivery!.body)).toEqual({
    type: 'request.completed',
    timestamp: '1970-01-01T00:01:01.000Z',
    request_id: 'r',
    status: 'completed',
    images: { total: 3, processed: 2, failed: 1, pending: 0 },
    output_csv_url: 'http://halve.test/output_csv/r',
    report_csv_url: 'http://halve.test/report_csv/r',
    output_images: ['http://files.test/r/1.jpg', 'http://files.test/r/3.jpg'],
    output_images_truncated: false,
  });
  expect([state.told, state.said, state.removed]).toEqual([['r'], ['a request ended'], []]);
  expect(state.fields).toEqual([
    {
      request_id: 'r',
      status: 'completed',
      images_total: 3,
      images_processed: 2,
      images_failed: 1,
      seconds: 60,
    },
  ]);
  expect(await counted()).toEqual([['completed', 1]]);
});

it('writes no failed.csv when nothing failed, and no webhook when none was asked for', async () => {
  const { state, finish } = site([DONE, DONE, DONE], { webhook_url: null });
  await finish();
  expect(state.puts.sort()).toEqual(['r/import.csv', 'r/output.csv', 'r/report.csv']);
  expect(state.ended).toEqual([{ status: 'completed', delivery: null }]);
});

it('has failed when not one image was made', async () => {
  const { state, finish } = site([FAILED, FAILED, FAILED]);
  await finish();
  expect(state.ended[0]!.status).toBe('failed');
});

it('tells of what a cancel left undone, and of what was done before it', async () => {
  const { state, text, finish } = site([DONE, { status: 'pending' }, FAILED], { status: 'cancelled' });
  await finish();
  expect(
    text('r/report.csv')!
      .split('\r\n')
      .slice(1, 4)
      .map((line) => line.split(',').slice(4, 7)),
  ).toEqual([
    ['processed', '', ''],
    ['cancelled', 'cancelled', 'the request was cancelled first'],
    ['failed', 'http_404', 'the server answered 404'],
  ]);
  expect(text('r/failed.csv')).toContain(
    '1,Shoe,http://a.test/2.jpg,cancelled: the request was cancelled first\n',
  );
  expect(state.ended).toMatchObject([{ status: 'cancelled', delivery: { type: 'request.cancelled' } }]);
  expect(JSON.parse(state.ended[0]!.delivery!.body).images).toEqual({
    total: 3,
    processed: 1,
    failed: 1,
    pending: 1,
  });
});

it('opened again, has files of its own, and removes the earlier ones as far as it can', async () => {
  const { state, finish } = site([DONE, DONE, FAILED], { revision: 2 });
  await finish();
  const files = (revision: number) =>
    ['failed', 'import', 'output', 'report'].map((name) => `r/${name}-${revision}.csv`);
  expect(state.puts.sort()).toEqual(files(2));
  expect(state.removed.sort()).toEqual(files(1));
  expect(state.ended[0]!.delivery!.id).toBe('msg_r_2');
  expect([state.told, state.said]).toEqual([
    ['r'],
    ['an earlier result could not be removed', 'a request ended'],
  ]);
});

it.each([undefined, { finish_due_at: null }])(
  'leaves alone what is not to be finished: %j',
  async (request) => {
    const { state, finish } = site([DONE, DONE, DONE], request);
    if (!request) state.request = undefined;
    await finish();
    expect([state.puts, state.ended, state.told]).toEqual([[], [], []]);
  },
);

it('says nothing when another was first, and removes nothing', async () => {
  const { state, counted, finish } = site([DONE, DONE, DONE], { revision: 1 });
  state.first = false;
  await finish();
  expect([state.told, state.said, state.removed, await counted()]).toEqual([[], [], [], []]);
});

it('tries six times at a storage that is away, ever more slowly, then leaves it to the queue', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { state, finish } = site([DONE, DONE, DONE]);
  state.broken.times = 3; // all files of the first attempt
  await finish();
  expect([waits, state.ended.length]).toEqual([[250], 1]);
  expect(state.said).toEqual(['the results could not be written', 'a request ended']);
  state.broken.times = 1_000;
  await expect(finish()).rejects.toThrow('away');
  expect(waits.slice(1)).toEqual([250, 500, 1_000, 2_000, 4_000]);
  expect(state.ended).toHaveLength(1);
});

it('does not try again at a fault of its own', async () => {
  const { state, finish } = site([DONE, DONE, DONE]);
  state.broken = { times: 1, error: new TypeError('a fault') };
  await expect(finish()).rejects.toThrow('a fault');
  state.objects.delete('r/input.csv');
  await expect(finish()).rejects.toThrow('the input file of r is gone');
  expect([waits, state.ended]).toEqual([[], []]);
});

it('does not end a request whose file names more images than there are', async () => {
  const { state, finish } = site([DONE, DONE]);
  await expect(finish()).rejects.toThrow('the file names more images than the database has');
  expect(state.ended).toEqual([]);
});
