// What one look of the dispatcher claims, and when lost jobs are added again: a queue and records that only answer.
import { expect, it, onTestFinished, vi } from 'vitest';
import { createDispatch } from '../../src/dispatch.ts';
import type { ClaimedImage, Job, JobQueue, Log } from '../../src/ports.ts';
import { finishJob, imageJob, LEASE_MS } from '../../src/queue/jobs.ts';
import { createReconcile } from '../../src/reconcile.ts';
import type { Records } from '../../src/records/open-records.ts';

const image = (seq: number): ClaimedImage => ({
  request_id: 'r',
  seq,
  claim: 1,
  attempts: 0,
  row: seq,
  position: 1,
  url: `http://a.test/${seq}`,
});

function site({ shared = true, exclusive = false, mark = 100, depth = 0, leads = true } = {}) {
  const said: string[] = [];
  const heard = (level: string) => (_fields: object, message: string) => said.push(`${level} ${message}`);
  const state = {
    depth,
    leads,
    now: 0,
    away: false,
    leased: { images: [] as { seq: number; left_ms: number }[], finishing: [] as number[] },
    missing: new Set<string>(),
    /** Every call, in order. */
    calls: [] as string[],
    said,
  };
  const queue = {
    shared,
    lead: async () => state.leads,
    depth: async (name: string) => {
      if (state.away) throw new Error('away');
      return name === 'image' ? state.depth : 0;
    },
    add: async (jobs: Job[]) => {
      if (jobs.length > 0) state.calls.push(`add ${jobs.map(describe).join(' ')}`);
    },
    missing: async (jobs: Job[]) => jobs.filter(({ id }) => state.missing.has(id)),
  } as unknown as JobQueue;
  const records = {
    exclusive,
    due: {
      claimImages: async (count: number, leaseMs: number) => {
        state.calls.push(`claim ${count} for ${leaseMs / 60_000} min`);
        return [image(1)];
      },
      claimDeliveries: async () => ['d'],
    },
    requests: { claimFinishing: async () => ['f'] },
    leases: {
      list: async () => ({
        images: state.leased.images.map(({ seq, left_ms }) => ({ image: image(seq), left_ms })),
        finishing: state.leased.finishing.map((left_ms) => ({ request_id: 'f', left_ms })),
      }),
      renew: async (images: ClaimedImage[], finishing: string[], ms: number) => {
        const names = [...images.map(({ seq }) => seq), ...finishing];
        if (names.length > 0) state.calls.push(`renew ${names.join(' ')} for ${ms / 60_000} min`);
      },
      setBack: async (ms: number) => state.calls.push(`set back ${ms}`),
    },
  } as unknown as Records;
  const log: Log = { debug() {}, info: heard('info'), warn: heard('warn'), error: heard('error') };
  return { state, queue, records, log, mark };
}

const describe = ({ name, data }: Job) =>
  name === 'image' ? `image ${(data as ClaimedImage).seq}` : `${name} ${Object.values(data).join()}`;

/** A dispatcher on fake time; `pass` lets some of it go by. */
function dispatching(options: Parameters<typeof site>[0] = {}) {
  const { state, queue, records, log, mark } = site(options);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let passed = 1_000;
  const performanceNow = vi.spyOn(performance, 'now').mockImplementation(() => passed);
  const clock = { now: () => passed + state.now };
  const dispatch = createDispatch({ records, queue, highWater: () => mark, clock, log });
  onTestFinished(async () => {
    await dispatch.stop();
    vi.useRealTimers();
    performanceNow.mockRestore();
  });
  return {
    state,
    dispatch,
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 10) {
        passed += 10;
        await vi.advanceTimersByTimeAsync(10);
      }
      return state.calls.splice(0);
    },
  };
}

it.each([
  [0, ['claim 100 for 2 min']],
  [30, ['claim 70 for 2 min']],
  [50, ['claim 50 for 2 min']],
  [51, []],
  [100, []],
])('with %i of 100 images in the queue claims %j', async (depth, claims) => {
  const { dispatch, pass } = dispatching({ depth });
  dispatch.start();
  expect(await pass(10)).toEqual([
    ...claims,
    ...(claims.length > 0 ? ['add image 1'] : []),
    'add finish f',
    'add deliver d',
  ]);
});

it('claims nothing where another hands out', async () => {
  const { state, dispatch, pass } = dispatching({ leads: false });
  dispatch.start();
  dispatch.start(); // the second is the first
  expect(await pass(2_000)).toEqual([]);
  state.leads = true;
  expect((await pass(500)).filter((call) => call.startsWith('claim'))).toHaveLength(1);
});

it('compares with the queue every five seconds, before it claims', async () => {
  const { state, dispatch, pass } = dispatching();
  state.leased.images = [{ seq: 7, left_ms: 1 }];
  dispatch.start();
  expect((await pass(10)).slice(0, 2)).toEqual(['renew 7 for 2 min', 'claim 100 for 2 min']);
  expect((await pass(4_900)).filter((call) => call.startsWith('renew'))).toEqual([]);
  expect((await pass(700)).filter((call) => call.startsWith('renew'))).toHaveLength(1);
});

it('says once that it cannot hand out, and once that it goes on', async () => {
  const { state, dispatch, pass } = dispatching();
  state.away = true;
  dispatch.start();
  await pass(10_000);
  state.away = false;
  await pass(10_000);
  expect(state.said).toEqual(['error dispatch could not hand out what is due', 'info dispatch goes on']);
});

it('lets waits and leases follow a clock that was set, where they are by it', async () => {
  const { state, dispatch, pass } = dispatching({ exclusive: true, depth: 100 });
  dispatch.start();
  await pass(10);
  state.now = -1_000; // no more than a machine that is slow
  await pass(1_000);
  expect(state.said).toEqual([]);
  state.now = -3_600_000;
  expect(await pass(1_000)).toContain('set back 3599000');
  expect(state.said).toEqual(['warn the clock was set']);
  state.now = 0;
  state.leased.images = [{ seq: 7, left_ms: 1 }];
  // Set forward, what seems to have ended is renewed.
  const after = await pass(1_000);
  expect(after).toContain('renew 7 for 2 min');
  expect(after.filter((call) => call.startsWith('set back'))).toEqual([]);
  expect(state.said).toHaveLength(2);
});

it('leaves a clock alone that nothing in the database goes by', async () => {
  const { state, dispatch, pass } = dispatching({ exclusive: false, depth: 100 });
  dispatch.start();
  await pass(10);
  state.now = -3_600_000;
  expect((await pass(1_000)).filter((call) => call.startsWith('set back'))).toEqual([]);
  expect(state.said).toEqual([]);
});

it('adds a lost job again when it was missed twice running, and not after one miss', async () => {
  const { state, queue, records, log } = site();
  const reconcile = createReconcile({ leases: records.leases, queue, log });
  const look = async (...missing: Job[]) => {
    state.missing = new Set(missing.map(({ id }) => id));
    await reconcile();
    return state.calls.splice(0);
  };
  const [one, two] = [imageJob(image(1)), imageJob(image(2))];
  state.leased = { images: [1, 2].map((seq) => ({ seq, left_ms: LEASE_MS })), finishing: [LEASE_MS] };
  expect(await look(one)).toEqual([]);
  expect(await look(two)).toEqual([]); // one is back; two was missed once
  expect(await look(one)).toEqual([]); // not running
  expect(await look(one, two)).toEqual(['add image 1']);
  expect(state.said).toEqual(['warn the queue had lost jobs; they were added again']);
  // Added again, it has two looks again; two was missed for the second time.
  expect(await look(one, two)).toEqual(['add image 2']);
  expect(await look(finishJob('f'))).toEqual([]);
  expect(await look(finishJob('f'))).toEqual(['add finish f']);
});

it('renews leases that are half over, and of a queue of its own only those that are in it', async () => {
  for (const shared of [true, false]) {
    const { state, queue, records, log } = site({ shared });
    state.leased = {
      images: [
        { seq: 1, left_ms: LEASE_MS / 2 - 1 },
        { seq: 2, left_ms: LEASE_MS / 2 },
        { seq: 3, left_ms: -5 },
      ],
      finishing: [1, LEASE_MS],
    };
    state.missing = new Set([imageJob(image(3)).id]);
    const reconcile = createReconcile({ leases: records.leases, queue, log });
    await reconcile();
    await reconcile();
    const renewed = `renew ${shared ? '1 3' : '1'} f for 2 min`;
    expect(state.calls).toEqual([renewed, ...(shared ? ['add image 3'] : []), renewed]);
  }
});
