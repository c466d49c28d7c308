// How the pool hands work out, takes it back and ends. Its processes are fakes, its time is the test's.
import { expect, it } from 'vitest';
import { made, openReadySite, openSite } from '../fakes/image-processes.ts';

it('gives nothing before a process is ready, and then as much as has a place', async () => {
  const { pool, children, run, outcomes, pass } = openSite({ inFlight: 2 });
  for (const key of ['a', 'b', 'c']) void run(key);
  expect([children[0]!.given, pool.stats]).toEqual([[], { processes: 1, waiting: 3, running: 0, ended: 0 }]);
  children[0]!.say({ type: 'ready' });
  await pool.ready();
  expect([children[0]!.given, pool.stats]).toEqual([
    ['a', 'b'],
    { processes: 1, waiting: 1, running: 2, ended: 0 },
  ]);
  children[0]!.done('b');
  expect(children[0]!.given).toEqual(['a', 'b', 'c']);
  children[0]!.done('b'); // said twice, counted once
  children[0]!.done('a');
  children[0]!.done('c');
  await pass(0);
  expect([outcomes, pool.stats]).toEqual([
    ['b: b.jpg', 'a: a.jpg', 'c: c.jpg'],
    { processes: 1, waiting: 0, running: 0, ended: 0 },
  ]);
});

it('gives to the process that has least to do', () => {
  const { children, run } = openReadySite({ processes: 3, inFlight: 2 });
  for (const key of ['a', 'b', 'c', 'd']) void run(key);
  children[1]!.done('b');
  for (const key of ['e', 'f', 'g', 'h']) void run(key);
  expect(children.map(({ given }) => given)).toEqual([
    ['a', 'd'],
    ['b', 'e', 'f'],
    ['c', 'g'],
  ]);
});

it('a pong says nothing, nor does a word about a task that is not there', () => {
  const { children, run, outcomes } = openReadySite();
  void run('a');
  children[0]!.say({ type: 'pong' });
  for (const type of ['compressing', 'compressed', 'release-host'] as const)
    children[0]!.say({ type, id: 99 });
  expect([children[0]!.given, outcomes]).toEqual([['a'], []]);
});

it('hands stages on with the outcome, and rejects with what the recording rejects with', async () => {
  const { pool, children } = openReadySite();
  const controller = new AbortController();
  const seen: unknown[] = [];
  const task = { url: 'http://a.test/', key: 'a', options: {} as never };
  const running = pool.run(task, controller.signal, async (outcome, stages) => {
    seen.push(outcome, stages);
    throw new Error('the disk is full');
  });
  children[0]!.done('a', made('a'), { fetch: 12 });
  await expect(running).rejects.toThrow('the disk is full');
  expect(seen).toEqual([made('a'), { fetch: 12 }]);
});

it('begins nothing while too much waits to be recorded', async () => {
  const { pool, children, run, pass } = openReadySite({ inFlight: 2, unrecorded: 2 });
  let recorded = () => {};
  const slow = new Promise<void>((resolve) => (recorded = resolve));
  for (const key of ['a', 'b', 'c', 'd']) void run(key, { recorded: slow });
  children[0]!.done('a'); // one waits to be recorded: c is begun
  children[0]!.done('b'); // two: d is not
  await pass(0);
  expect([children[0]!.given, pool.stats.waiting]).toEqual([['a', 'b', 'c'], 1]);
  recorded();
  await pass(0);
  expect([children[0]!.given, pool.stats.waiting]).toEqual([['a', 'b', 'c', 'd'], 0]);
});

it('a host with all its downloads under way holds up only its own', async () => {
  const { children, run } = openReadySite({ inFlight: 9, perHost: 2 });
  for (const key of ['a1', 'a2', 'a3', 'a4']) void run(key);
  void run('b1', { host: 'b.test' });
  expect(children[0]!.given).toEqual(['a1', 'a2', 'b1']);
  // Its download is over, and its picture is not: the next one of the host is told so.
  children[0]!.say({ type: 'release-host', id: children[0]!.idOf('a2') });
  expect(children[0]!.given).toEqual(['a1', 'a2', 'b1', 'a3']);
  // What it has given back is not given back again at its end.
  children[0]!.done('a2');
  expect(children[0]!.given).toEqual(['a1', 'a2', 'b1', 'a3']);
  children[0]!.done('a1');
  expect(children[0]!.given).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
});

it('a redirect to another host waits for a slot there, before what has not begun', () => {
  const { children, run } = openReadySite({ inFlight: 9, perHost: 1 });
  const [child] = children;
  void run('b1', { host: 'b.test' });
  void run('a1');
  void run('b2', { host: 'b.test' });
  const id = child!.idOf('a1');
  child!.say({ type: 'release-host', id });
  child!.say({ type: 'want-host', id, host: 'b.test:80' });
  const slots = () => child!.sent.filter(({ type }) => type === 'host-slot');
  expect(slots()).toEqual([]);
  child!.done('b1');
  expect([slots(), child!.given]).toEqual([[{ type: 'host-slot', id }], ['b1', 'a1']]);
  child!.done('a1');
  expect(child!.given).toEqual(['b1', 'a1', 'b2']);
  // A free one is had at once.
  child!.say({ type: 'want-host', id: child!.idOf('b2'), host: 'c.test:80' });
  expect(slots()).toHaveLength(2);
});

it('a slot is not given to a task that has ended while it waited', () => {
  const { children, run } = openReadySite({ inFlight: 9, perHost: 1 });
  const [child] = children;
  void run('b1', { host: 'b.test' });
  void run('a1');
  void run('b2', { host: 'b.test' });
  child!.say({ type: 'want-host', id: child!.idOf('a1'), host: 'b.test:80' });
  child!.done('a1');
  child!.done('b1');
  expect(child!.sent.filter(({ type }) => type === 'host-slot')).toEqual([]);
  expect(child!.given).toEqual(['b1', 'a1', 'b2']);
});

it('an abort drops what waits, and tells the process of what runs', async () => {
  const { pool, children, run, outcomes, pass } = openReadySite({ inFlight: 1 });
  const [running, waiting] = [new AbortController(), new AbortController()];
  void run('a', { signal: running.signal });
  void run('b', { signal: waiting.signal });
  void run('c');
  waiting.abort(new Error('cancelled'));
  await pass(0);
  expect([outcomes, pool.stats.waiting]).toEqual([['b rejected: cancelled'], 1]);
  running.abort('no error at all');
  await pass(0);
  expect(outcomes).toEqual(['b rejected: cancelled', 'a rejected: no error at all']);
  const id = children[0]!.idOf('a');
  expect(children[0]!.sent.at(-1)).toEqual({ type: 'abort', id });
  // Its place is free when the process says so, and what it says besides is nobody's.
  expect(children[0]!.given).toEqual(['a']);
  children[0]!.done('a');
  await pass(0);
  expect([children[0]!.given, outcomes]).toEqual([
    ['a', 'c'],
    ['b rejected: cancelled', 'a rejected: no error at all'],
  ]);
});

it('does not begin what was aborted before, and does not heed an abort after the end', async () => {
  const { children, run, outcomes, pass } = openReadySite();
  await run('a', { signal: AbortSignal.abort(new Error('too late')) });
  expect([children[0]!.given, outcomes]).toEqual([[], ['a rejected: too late']]);
  const controller = new AbortController();
  void run('b', { signal: controller.signal });
  children[0]!.done('b');
  controller.abort();
  await pass(0);
  expect(outcomes).toEqual(['a rejected: too late', 'b: b.jpg']);
  expect(children[0]!.sent.map(({ type }) => type)).toEqual(['task']);
});

it('closes: what waits is given back, what runs may end, and its recording too', async () => {
  const { pool, children, run, outcomes, pass } = openReadySite({ inFlight: 1 });
  let recorded = () => {};
  void run('a', { recorded: new Promise<void>((resolve) => (recorded = resolve)) });
  void run('b');
  let closed = false;
  const closing = pool.close(60_000).then(() => (closed = true));
  await pass(1_000);
  expect(outcomes).toEqual(['b rejected: the pool is closed']);
  await run('c');
  children[0]!.done('a');
  await pass(1_000);
  expect([closed, children[0]!.closed]).toEqual([false, false]);
  recorded();
  await pass(0);
  await closing;
  expect(children[0]!.closed).toBe(true);
  expect(outcomes).toEqual(['b rejected: the pool is closed', 'c rejected: the pool is closed', 'a: a.jpg']);
  await pass(10_000);
  expect([children.length, pool.stats.processes, pool.stats.ended]).toEqual([1, 0, 0]);
});

it('closes not before what is made is recorded', async () => {
  const { pool, children, run, pass } = openReadySite({ processes: 2 });
  let recorded = () => {};
  void run('a', { recorded: new Promise<void>((resolve) => (recorded = resolve)) });
  void run('b');
  children[0]!.done('a');
  let closed = false;
  const closing = pool.close(60_000).then(() => (closed = true));
  await pass(0);
  expect(closed).toBe(false);
  children[1]!.done('b');
  await pass(0);
  expect(closed).toBe(false);
  recorded();
  await pass(0);
  await closing;
});

it('closes not while one of several processes works', async () => {
  const working = openReadySite({ processes: 2 });
  void working.run('c');
  void working.pool.close(60_000).then(() => working.outcomes.push('closed'));
  await working.pass(0);
  expect(working.outcomes).toEqual([]);
  working.children[0]!.done('c');
  await working.pass(0);
  expect(working.outcomes).toEqual(['c: c.jpg', 'closed']);
});

it('closes after the grace, and gives back what runs', async () => {
  const { pool, children, run, outcomes, pass } = openReadySite({ compressTimeoutMs: 1_000 });
  void run('a');
  let closed = false;
  const closing = pool.close(3_000).then(() => (closed = true));
  await pass(2_900);
  expect([closed, outcomes]).toEqual([false, []]);
  await pass(100);
  await closing;
  expect([outcomes, children.length]).toEqual([['a rejected: the pool is closed'], 1]);
});
