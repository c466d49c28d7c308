// How often and how much at once: the rate limit, the slots and overload, without sockets.
import { getHeapStatistics, type HeapInfo } from 'node:v8';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { HttpContext } from '../../src/http/context.ts';
import { requireKeys } from '../../src/http/guards/auth.ts';
import { shedLoad } from '../../src/http/guards/overload.ts';
import { identityOf, rateLimit, warnOfProxy } from '../../src/http/guards/rate-limit.ts';
import { createSlots } from '../../src/http/guards/slots.ts';
import { parseApiKeys } from '../../src/util/parse-settings.ts';
import { answerOf, guardedApp } from '../fakes/guarded-app.ts';

vi.mock('node:v8', async (original) => {
  const v8 = await original<typeof import('node:v8')>();
  return { ...v8, getHeapStatistics: vi.fn(v8.getHeapStatistics) };
});

const SHOP = '0123456789abcdef-shop';
const OTHER = 'fedcba9876543210-other';
const KEYS = parseApiKeys(`shop:${SHOP},other:${OTHER}`);

describe('the rate limit', () => {
  async function limited(ratePerMinute: number, apiKeys = KEYS) {
    const app = guardedApp();
    const { countGuesses, countCalls } = await rateLimit(app, {
      limits: { ratePerMinute, redis: null },
      apiKeys,
    } as unknown as HttpContext);
    countGuesses();
    requireKeys(app, apiKeys);
    countCalls();
    app.post('/webhook', { schema: { security: [] } }, async () => 'ok');
    app.get('/webhook', { schema: { security: [] } }, async () => 'ok');
    app.get('/missing', async () => {
      throw new AppError('not_found', 'There is nothing.');
    });
    app.get('/*', async () => 'ok');
    return async (key: string, { url = '/status', ip = '10.0.0.1', post = false } = {}) => {
      const response = await app.inject({
        url,
        method: post ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': ip },
      });
      const { 'ratelimit-limit': limit, 'ratelimit-remaining': remaining } = response.headers;
      return { answer: answerOf(response), limit, remaining, headers: response.headers, response };
    };
  }

  it('counts the calls of a key, from wherever, and says what is left', async () => {
    const call = await limited(2);
    expect(await call(SHOP)).toMatchObject({ answer: 200, limit: '2', remaining: '1' });
    expect(await call(SHOP, { ip: '10.0.0.2' })).toMatchObject({ answer: 200, remaining: '0' });
    const refused = await call(SHOP, { ip: '10.0.0.3' });
    expect(refused).toMatchObject({ answer: [429, 'rate_limited'], limit: '2', remaining: '0' });
    expect(refused.response.json().detail).toBe('2 calls a minute are allowed (RATE_LIMIT_PER_MINUTE).');
    for (const name of ['retry-after', 'ratelimit-reset']) {
      expect(Number(refused.headers[name])).toBeGreaterThan(50);
      expect(Number(refused.headers[name])).toBeLessThanOrEqual(60);
    }
    expect(await call(OTHER)).toMatchObject({ answer: 200, remaining: '1' });
  });

  it('is over after a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const call = await limited(1);
    expect((await call(SHOP)).answer).toBe(200);
    vi.setSystemTime(Date.now() + 59_000);
    expect((await call(SHOP)).headers['retry-after']).toBe('1');
    vi.setSystemTime(Date.now() + 2_000);
    expect((await call(SHOP)).answer).toBe(200);
  });

  it('counts wrong keys by address, and past the limit looks at no key of it', async () => {
    const call = await limited(2);
    expect(await call('a guess at a key')).toMatchObject({ answer: [401, 'unauthorized'], remaining: '1' });
    expect(await call('a guess at a key')).toMatchObject({ answer: [401, 'unauthorized'], remaining: '0' });
    expect(await call('a guess at a key')).toMatchObject({ answer: [429, 'rate_limited'], remaining: '0' });
    expect(await call(SHOP)).toMatchObject({ answer: [429, 'rate_limited'] });
    // What is open stays so, and others are others.
    expect((await call('', { url: '/files/1' })).answer).toBe(200);
    expect(await call(SHOP, { ip: '10.0.0.2' })).toMatchObject({ answer: 200, remaining: '1' });
  });

  it('takes no other refusal for a guess', async () => {
    const call = await limited(2);
    expect((await call(SHOP, { url: '/missing' })).answer).toEqual([404, 'not_found']);
    expect(await call('a guess at a key')).toMatchObject({ answer: [401, 'unauthorized'], remaining: '1' });
    expect(await call(SHOP)).toMatchObject({ answer: 200, remaining: '0' });
  });

  it('counts by address where there are no keys', async () => {
    const call = await limited(1, []);
    expect((await call('x')).answer).toBe(200);
    expect((await call('y')).answer).toEqual([429, 'rate_limited']);
    expect((await call('x', { ip: '10.0.0.2' })).answer).toBe(200);
  });

  it('does not count what is open, but for the receiver, which writes', async () => {
    const call = await limited(1, []);
    for (const _ of [1, 2, 3]) expect((await call('', { url: '/files/1' })).answer).toBe(200);
    for (const _ of [1, 2]) expect((await call('', { url: '/webhook' })).answer).toBe(200);
    expect((await call('', { url: '/webhook?x=1', post: true })).answer).toBe(200);
    expect((await call('', { url: '/webhook', post: true })).answer).toEqual([429, 'rate_limited']);
  });

  it('is none at 0', async () => {
    const call = await limited(0);
    for (const _ of [1, 2, 3]) expect(await call(SHOP)).toMatchObject({ answer: 200, limit: undefined });
    for (const _ of [1, 2, 3]) expect((await call('a guess')).answer).toEqual([401, 'unauthorized']);
  });
});

describe('who is counted', () => {
  async function identities(ips: string[], apiKeys = KEYS, authorization = '') {
    const app = guardedApp();
    requireKeys(app, apiKeys);
    app.get('/*', async (request) => identityOf(request));
    const answers = ips.map((ip) =>
      app.inject({ url: '/files/x', headers: { 'x-forwarded-for': ip, authorization } }),
    );
    return (await Promise.all(answers)).map(({ body }) => body);
  }

  it('is an address, of IPv6 the network of a customer', async () => {
    const [four, mapped, one, same, other] = await identities([
      '10.0.0.1',
      '::ffff:10.0.0.1',
      '2001:db8:1:2::1',
      '2001:db8:1:2:ffff::9',
      '2001:db8:1:3::1',
    ]);
    expect([four, mapped]).toEqual(['address:10.0.0.1', 'address:10.0.0.1']);
    expect([one === same, one === other]).toEqual([true, false]);
  });
});

it('says once that a proxy is in front whose word is not taken', async () => {
  const said: string[] = [];
  async function calls(trustProxy: number | string[]) {
    const app = guardedApp();
    const log = { warn: (_fields: object, message: string) => said.push(message) };
    warnOfProxy(app, { limits: { trustProxy }, log } as unknown as HttpContext);
    app.get('/', async () => 'ok');
    await app.inject({ url: '/' });
    const before = said.length;
    for (const _ of [1, 2]) await app.inject({ url: '/', headers: { 'x-forwarded-for': '10.0.0.1' } });
    return [before, said.length];
  }
  expect(await calls(1)).toEqual([0, 0]);
  expect(await calls(['10.0.0.0/8'])).toEqual([0, 0]);
  expect(await calls(0)).toEqual([0, 1]);
  expect(said).toEqual(['calls come through a proxy, and all of them count as one address: set TRUST_PROXY']);
});

describe('slots', () => {
  const call = (name: string) => ({ ip: name }) as Parameters<ReturnType<typeof createSlots>['take']>[0];
  const refusal = ['too_many_uploads', 'Wait for the others.'] as [code: 'too_many_uploads', advice: string];
  const REFUSED = expect.objectContaining({
    code: 'too_many_uploads',
    message: 'Wait for the others.',
    retryAfterSeconds: 5,
  });

  it('are so many for one caller, and four times as many for all', () => {
    const slots = createSlots({ perCaller: 2, refusal });
    const frees = ['a', 'a', 'b', 'b', 'c', 'c', 'd'].map((name) => slots.take(call(name)));
    expect(() => slots.take(call('a'))).toThrow(REFUSED);
    frees.push(slots.take(call('e')));
    expect(() => slots.take(call('f'))).toThrow(REFUSED);
    frees[0]!();
    frees[0]!(); // twice is once
    slots.take(call('a'));
    expect(() => slots.take(call('a'))).toThrow(REFUSED);
    expect(() => slots.take(call('f'))).toThrow(REFUSED);
    for (const free of frees.slice(1)) free();
    for (const name of ['b', 'b', 'c', 'c', 'd', 'd', 'e']) slots.take(call(name));
    expect(() => slots.take(call('f'))).toThrow(REFUSED);
  });

  it('count what is left of a caller that gave one back', () => {
    const slots = createSlots({ perCaller: 2, refusal });
    const [free] = [slots.take(call('a')), slots.take(call('a'))];
    free!();
    slots.take(call('a'));
    expect(() => slots.take(call('a'))).toThrow(REFUSED);
  });

  it('are held for as long as the work takes, however it ends', async () => {
    const slots = createSlots({ perCaller: 1, refusal });
    const held = slots.hold(call('a'), async () => {
      expect(() => slots.take(call('a'))).toThrow(REFUSED);
      return 7;
    });
    expect(await held).toBe(7);
    await expect(slots.hold(call('a'), () => Promise.reject(new Error('cut off')))).rejects.toThrow(
      'cut off',
    );
    slots.take(call('a'));
    await expect(slots.hold(call('a'), async () => 1)).rejects.toThrow(REFUSED);
  });
});

describe('overload', () => {
  /** Time is the test's: `late` lets a look come so much later than it should. */
  function watched() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let now = 10_000;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const app = guardedApp();
    onTestFinished(() => {
      vi.useRealTimers();
      clock.mockRestore();
    });
    shedLoad(app);
    app.get('/requests', async () => 'ok');
    app.post('/upload', async () => 'ok');
    app.get('/status/:request_id/images/:seq/original', async () => 'ok');
    app.get('/status/:request_id', async () => 'ok');
    return {
      pass(ms: number) {
        for (let at = 0; at < ms; at += 250) {
          now += 250;
          vi.advanceTimersByTime(250);
        }
      },
      late(ms: number) {
        now += 250 + ms;
        vi.advanceTimersByTime(250);
      },
      ask: async (url: string, method: 'GET' | 'POST' = 'GET') => answerOf(await app.inject({ url, method })),
      app,
    };
  }
  const OVERLOADED = [503, 'overloaded'];

  it('is two late looks within five seconds, and over five seconds later', async () => {
    const { pass, late, ask, app } = watched();
    expect(await ask('/requests')).toBe(200);
    late(1_001);
    expect(await ask('/requests')).toBe(200); // one alone: the machine was asleep
    pass(4_000);
    late(1_001);
    expect(await ask('/requests')).toEqual(OVERLOADED);
    const response = await app.inject({ url: '/requests' });
    expect([response.headers['retry-after'], response.json().detail]).toEqual([
      '5',
      'Try again in a few seconds.',
    ]);
    pass(5_000);
    expect(await ask('/requests')).toEqual(OVERLOADED);
    pass(250);
    expect(await ask('/requests')).toBe(200);
  });

  it('is not two late looks that are far from each other, nor looks that are a little late', async () => {
    const { pass, late, ask } = watched();
    late(60_000);
    pass(5_000);
    late(60_000);
    expect(await ask('/requests')).toBe(200);
    pass(10_000);
    for (const _ of [1, 2, 3]) late(1_000);
    expect(await ask('/requests')).toBe(200);
  });

  it('refuses what begins work or walks over much, and nothing else', async () => {
    const { late, ask, app } = watched();
    app.post('/validate', async () => 'ok');
    app.post('/preview', async () => 'ok');
    for (const part of ['images', 'failures', 'statistics'])
      app.get(`/status/:request_id/${part}`, async () => 'ok');
    late(2_000);
    late(2_000);
    for (const url of ['/upload', '/validate', '/preview'])
      expect([url, await ask(url, 'POST')]).toEqual([url, OVERLOADED]);
    for (const part of ['images', 'images/1/original', 'failures', 'statistics'])
      expect([part, await ask(`/status/r/${part}`)]).toEqual([part, OVERLOADED]);
    expect((await app.inject({ url: '/requests', method: 'HEAD' })).statusCode).toBe(503);
    expect(await ask('/status/r')).toBe(200);
  });

  it('is a heap that is nearly full, for as long as it is', async () => {
    const { pass, ask } = watched();
    const statistics = (used: number) => ({ used_heap_size: used, heap_size_limit: 1_000 }) as HeapInfo;
    vi.mocked(getHeapStatistics).mockReturnValue(statistics(901));
    onTestFinished(() => void vi.mocked(getHeapStatistics).mockReset());
    expect(await ask('/requests')).toBe(200); // not looked at yet
    pass(250);
    expect(await ask('/requests')).toEqual(OVERLOADED);
    vi.mocked(getHeapStatistics).mockReturnValue(statistics(900));
    pass(250);
    expect(await ask('/requests')).toBe(200);
  });
});
