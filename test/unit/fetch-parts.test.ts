// The parts of a download that need no socket: its clock and its body.
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ImageFailure } from '../../src/errors.ts';
import { type Body, openBody } from '../../src/image/fetch/body.ts';
import { Deadlines } from '../../src/image/fetch/deadlines.ts';

describe('the clock of downloads', () => {
  function clock() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let now = 5_000;
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => now);
    onTestFinished(() => {
      vi.useRealTimers();
      spy.mockRestore();
    });
    const deadlines = new Deadlines({ bytesPerSecond: 1_000, windowMs: 1_000 }, 100);
    return {
      deadlines,
      add(inMs: number, received: number | null = null) {
        const timed = { deadline: now + inMs, received, expired: [] as string[] };
        deadlines.add(Object.assign(timed, { expire: (rule: string) => timed.expired.push(rule) }));
        return timed as typeof timed & { expire(rule: 'total' | 'rate'): void };
      },
      /** `each` is what happens before every tick. */
      pass(ms: number, each = () => {}) {
        for (let at = 0; at < ms; at += 100) {
          now += 100;
          each();
          vi.advanceTimersByTime(100);
        }
      },
      freeze(ms: number) {
        now += ms;
        vi.advanceTimersByTime(100);
      },
    };
  }

  it('ends a download at its deadline, once, and leaves others alone', () => {
    const { add, pass } = clock();
    const [short, long] = [add(500), add(10_000)];
    pass(400);
    expect(short.expired).toEqual([]);
    pass(100);
    expect(short.expired).toEqual(['total']);
    pass(1_000);
    expect([short.expired, long.expired]).toEqual([['total'], []]);
  });

  it('ends one that drips after a window, and not one that keeps the rate', () => {
    const { add, pass } = clock();
    const [slow, steady, waiting] = [add(60_000, 0), add(60_000, 0), add(60_000)];
    const each = () => {
      if (slow.received !== null) slow.received += 99;
      steady.received! += 100;
    };
    pass(1_000, each);
    expect(slow.expired).toEqual([]); // the window began at the first look
    pass(100, each);
    expect([slow.expired, steady.expired, waiting.expired]).toEqual([['rate'], [], []]);
    pass(10_000, each);
    expect([steady.expired, waiting.expired]).toEqual([[], []]);
    // Each window is judged by itself: what came before does not help.
    pass(2_100);
    expect(steady.expired).toEqual(['rate']);
  });

  it('judges nobody by the time that the process itself stood still', () => {
    const { add, pass, freeze } = clock();
    const frozen = add(3_000, 0);
    pass(100);
    freeze(60_000);
    expect(frozen.expired).toEqual([]);
    pass(100);
    expect(frozen.expired).toEqual(['total']);
    const rated = add(600_000, 0);
    pass(100);
    freeze(60_000);
    pass(900);
    expect(rated.expired).toEqual([]);
    pass(200);
    expect(rated.expired).toEqual(['rate']);
  });

  it('does not tick while nothing runs, and ticks again', () => {
    const { deadlines, add, pass } = clock();
    const gone = add(500);
    deadlines.remove(gone);
    expect(vi.getTimerCount()).toBe(1);
    pass(100);
    expect(vi.getTimerCount()).toBe(0);
    pass(60_000);
    const next = add(500);
    pass(500);
    expect([gone.expired, next.expired]).toEqual([[], ['total']]);
  });
});

describe('a body', () => {
  function opened(options: { contentLength?: number; contentEncoding?: string; maxBytes?: number } = {}) {
    const heard: (Buffer | ImageFailure)[] = [];
    const flow: string[] = [];
    const body = openBody({
      contentLength: undefined,
      contentEncoding: undefined,
      maxBytes: 100_000,
      controller: { pause: () => flow.push('pause'), resume: () => flow.push('resume') } as never,
      done: (outcome) => heard.push(outcome),
      ...options,
    });
    return { body: body as Body, refused: body as ImageFailure, heard, flow };
  }
  const TOO_LARGE = expect.objectContaining({
    code: 'too_large',
    message: 'the picture is larger than 10 bytes',
  });

  it('is put together of its chunks, however many and long, announced or not', () => {
    const bytes = Buffer.from(Array.from({ length: 90_000 }, (_, index) => index % 251));
    for (const contentLength of [90_000, undefined, 5]) {
      const { body, heard } = opened(contentLength === undefined ? {} : { contentLength });
      for (let at = 0; at < bytes.length; at += 7_000) body.write(bytes.subarray(at, at + 7_000));
      body.end();
      body.end();
      expect(heard.map((outcome) => Buffer.isBuffer(outcome) && outcome.equals(bytes))).toEqual([true]);
    }
  });

  it('may be as large as the limit and no larger, and is told of once', () => {
    const { body, heard } = opened({ maxBytes: 10 });
    body.write(Buffer.alloc(4));
    body.write(Buffer.alloc(6));
    body.end();
    expect(heard).toEqual([Buffer.alloc(10)]);
    const over = opened({ maxBytes: 10 });
    for (const _ of [1, 2, 3]) over.body.write(Buffer.alloc(6));
    over.body.end();
    expect(over.heard).toEqual([TOO_LARGE]);
    expect(opened({ maxBytes: 10, contentLength: 11 }).refused).toEqual(TOO_LARGE);
    expect(opened({ maxBytes: 10, contentLength: 10 }).refused).not.toHaveProperty('code');
  });

  it('that was given up tells nothing', () => {
    for (const contentEncoding of ['identity', 'gzip']) {
      const { body, heard } = opened({ contentEncoding, maxBytes: 10 });
      body.destroy();
      body.write(Buffer.alloc(20));
      body.end();
      expect(heard).toEqual([]);
    }
  });

  it.each(['gzip', ' GZIP ', 'x-gzip', 'identity, gzip', 'aws-chunked,gzip,'])(
    'is unpacked from %j',
    async (contentEncoding) => {
      const { body, heard } = opened({ contentEncoding });
      body.write(gzipSync(Buffer.from('a picture')));
      body.end();
      await vi.waitFor(() => expect(heard).toEqual([Buffer.from('a picture')]));
    },
  );

  it.each([
    ['gzip, br', 'the server packed the picture more than once (Content-Encoding)'],
    ['zstd', 'the server packed the picture in an unknown way (Content-Encoding)'],
    ['constructor', 'the server packed the picture in an unknown way (Content-Encoding)'],
  ])('packed as %j is refused', (contentEncoding, message) => {
    expect(opened({ contentEncoding }).refused).toMatchObject({
      code: 'unsupported_format',
      message,
      transient: false,
    });
  });

  it('holds the server up while it unpacks', async () => {
    const { body, heard, flow } = opened({ contentEncoding: 'gzip', maxBytes: 2_000_000 });
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * index * 31) % 253));
    body.write(gzipSync(noise, { level: 0 }));
    expect(flow).toEqual(['pause']);
    await vi.waitFor(() => expect(flow).toEqual(['pause', 'resume']));
    body.end();
    await vi.waitFor(() => expect(heard.map((outcome) => (outcome as Buffer).equals(noise))).toEqual([true]));
  });

  it.each([
    ['cut off', gzipSync('a picture').subarray(0, 12), 'connect_failed', true],
    ['not packed at all', Buffer.from('not packed'), 'corrupt_image', false],
  ])('%s', async (_name, bytes, code, transient) => {
    const { body, heard } = opened({ contentEncoding: 'gzip' });
    body.write(bytes);
    body.end();
    await vi.waitFor(() => expect(heard).toMatchObject([{ status: 'failed', code, transient }]));
  });
});
