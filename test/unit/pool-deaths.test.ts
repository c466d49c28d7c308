// What the pool does when an image process dies, hangs or does not start: whose fault it is, and what that costs the others.
import { expect, it } from 'vitest';
import { openReadySite, openSite } from '../fakes/image-processes.ts';

it('starts another at once, hands out again what was there, and tells of it', async () => {
  const { pool, children, run, outcomes, log, ends, pass } = openReadySite({ inFlight: 2 });
  for (const key of ['a', 'b', 'c']) void run(key);
  children[0]!.end('killed');
  await pass(50);
  expect(children).toHaveLength(2);
  children[1]!.say({ type: 'ready' });
  expect(children[1]!.given.sort()).toEqual(['a', 'b']);
  expect(ends).toEqual(['killed']);
  expect(log).toEqual([
    {
      fields: { pid: 1, reason: 'it killed', tasks: 2, image: undefined },
      message: 'an image process ended',
    },
  ]);
  children[1]!.done('a');
  children[1]!.done('b');
  children[1]!.done('c');
  await pass(0);
  expect(outcomes.sort()).toEqual(['a: a.jpg', 'b: b.jpg', 'c: c.jpg']);
  expect(pool.stats).toEqual({ processes: 1, waiting: 0, running: 0, ended: 1 });
});

it('the image that was being decoded goes alone, the others on; two deaths alone, and it is to blame', async () => {
  const { pool, children, run, outcomes, pass } = openReadySite();
  for (const key of ['bad', 'good']) void run(key);
  children[0]!.compressing('bad');
  children[0]!.end('crashed');
  await pass(50);
  // One in its place, and one for the suspect.
  const [, second, third] = children;
  second!.say({ type: 'ready' });
  third!.say({ type: 'ready' });
  expect([second!.given, third!.given].sort()).toEqual([['bad'], ['good']]);
  const alone = second!.given[0] === 'bad' ? second! : third!;
  expect(pool.stats).toEqual({ processes: 2, waiting: 0, running: 2, ended: 1 });
  alone.end('crashed');
  await pass(50);
  // Once may be somebody else's doing.
  expect(outcomes).toEqual([]);
  expect(children).toHaveLength(4);
  children[3]!.say({ type: 'ready' });
  expect(children[3]!.given).toEqual(['bad']);
  children[3]!.end('crashed');
  await pass(10_000);
  expect(outcomes).toEqual([
    'bad: decoder_crashed, final, the picture made the decoder crash, again and again',
  ]);
  expect([children.length, pool.stats.processes]).toEqual([4, 1]);
});

it('a suspect that does well alone is done, and its process is let go', async () => {
  const { pool, children, run, outcomes, ends, log, pass } = openReadySite();
  void run('a');
  void run('b');
  children[0]!.compressing('a');
  children[0]!.say({ type: 'compressed', id: children[0]!.idOf('a') });
  children[0]!.compressing('b');
  children[0]!.end('aborted');
  await pass(50);
  for (const child of children.slice(1)) child.say({ type: 'ready' });
  const alone = children.slice(1).find(({ given }) => given.includes('b'))!;
  expect(alone.given).toEqual(['b']);
  alone.done('b');
  await pass(0);
  expect([outcomes, alone.closed]).toEqual([['b: b.jpg'], true]);
  // It is none of those that ended by themselves.
  expect([pool.stats, ends, log.length]).toEqual([
    { processes: 1, waiting: 0, running: 1, ended: 1 },
    ['aborted'],
    1,
  ]);
});

it('suspects go one after the other, and nothing else goes with them', async () => {
  const { children, run, pass, pool } = openReadySite({ processes: 2 });
  void run('a');
  void run('b');
  for (const [index, key] of ['a', 'b'].entries()) children[index]!.compressing(key);
  children[0]!.end('crashed');
  children[1]!.end('crashed');
  void run('c');
  await pass(50);
  expect(children).toHaveLength(5);
  expect(pool.stats.waiting).toBe(3);
  for (const child of children.slice(2)) child.say({ type: 'ready' });
  const alone = children.slice(2).find(({ given }) => given.includes('a'))!;
  expect(alone.given).toEqual(['a']);
  alone.done('a');
  expect(alone.given).toEqual(['a', 'b']);
  alone.done('b');
  expect([alone.given, alone.closed]).toEqual([['a', 'b'], true]);
});

it('an image that died in company three times is tried alone', async () => {
  const { children, run, pass } = openReadySite();
  void run('a');
  for (const dying of [0, 1, 2]) {
    children[dying]!.end('killed');
    await pass(50);
    expect(children).toHaveLength(dying === 2 ? 5 : dying + 2);
    for (const child of children.slice(dying + 1)) child.say({ type: 'ready' });
  }
  const given = children.slice(3).map((child) => child.given);
  expect(given.sort()).toEqual([[], ['a']]);
});

it('what was aborted is not handed out again when its process dies', async () => {
  const { pool, children, run, outcomes, pass } = openReadySite();
  const controller = new AbortController();
  void run('a', { signal: controller.signal });
  children[0]!.compressing('a');
  controller.abort(new Error('cancelled'));
  children[0]!.end('crashed');
  await pass(50);
  for (const child of children.slice(1)) child.say({ type: 'ready' });
  expect(children.map(({ given }) => given)).toEqual([['a'], []]);
  expect([outcomes, pool.stats.waiting]).toEqual([['a rejected: cancelled'], 0]);
});

it('an abort takes a suspect out of the line', async () => {
  const { pool, children, run, outcomes, pass } = openReadySite();
  const controller = new AbortController();
  void run('a', { signal: controller.signal });
  children[0]!.compressing('a');
  children[0]!.end('crashed');
  controller.abort(new Error('cancelled'));
  await pass(50);
  for (const child of children.slice(1)) child.say({ type: 'ready' });
  await pass(0);
  expect(children.flatMap(({ given }) => given)).toEqual(['a']);
  expect([outcomes, pool.stats.waiting]).toEqual([['a rejected: cancelled'], 0]);
});

it('a picture that takes too long ends with its process; those beside it do not', async () => {
  const { children, run, outcomes, ends, pass } = openReadySite({ compressTimeoutMs: 1_000 });
  void run('slow');
  void run('beside');
  await pass(5_000); // a download has no deadline here
  expect(children[0]!.kills).toBe(0);
  children[0]!.compressing('slow');
  await pass(900);
  expect(children[0]!.kills).toBe(0);
  await pass(100);
  expect(children[0]!.kills).toBe(1);
  children[0]!.end('killed');
  await pass(50);
  expect([outcomes, ends]).toEqual([
    ['slow: decoder_timeout, final, the picture took longer than 1 s to decode'],
    ['deadline'],
  ]);
  children[1]!.say({ type: 'ready' });
  expect(children[1]!.given).toEqual(['beside']);
});

it('the deadline is of the one that decodes, and stops when it has given the slot back', async () => {
  const { children, run, outcomes, pass } = openReadySite({ compressTimeoutMs: 1_000 });
  void run('a');
  void run('b');
  children[0]!.compressing('a');
  await pass(800);
  children[0]!.compressing('b'); // the word that a gave it back is under way
  await pass(800);
  expect(children[0]!.kills).toBe(0);
  children[0]!.say({ type: 'compressed', id: children[0]!.idOf('a') });
  children[0]!.say({ type: 'compressed', id: children[0]!.idOf('b') });
  await pass(5_000);
  expect([children[0]!.kills, outcomes]).toEqual([0, []]);
});

it('time in which everything was frozen counts for no deadline', async () => {
  const { children, run, pass, freeze } = openReadySite({ compressTimeoutMs: 10_000 });
  void run('a');
  children[0]!.compressing('a');
  await pass(1_000);
  await freeze(60_000);
  await pass(8_500);
  expect(children[0]!.kills).toBe(0);
  await pass(1_000);
  expect(children[0]!.kills).toBeGreaterThan(0);
});

it('a delay as any load makes it counts', async () => {
  const { children, run, pass, freeze } = openReadySite({ compressTimeoutMs: 10_000 });
  void run('a');
  children[0]!.compressing('a');
  await pass(6_000);
  await freeze(4_500);
  expect(children[0]!.kills).toBe(1);
});

it('says that processes do not start after the third that did not, and goes on trying, ever more slowly', async () => {
  const { pool, children, pass } = openSite();
  let ready = 'not known';
  pool.ready().catch((error: Error) => (ready = error.message));
  for (const [index, delay] of [200, 400, 800, 1_600, 3_200, 5_000, 5_000].entries()) {
    children[index]!.end('exited');
    await pass(delay - 50);
    expect(ready).toBe(index < 2 ? 'not known' : 'image processes do not start (it exited)');
    expect(children).toHaveLength(index + 1);
    await pass(50);
    expect(children).toHaveLength(index + 2);
  }
  // One that starts ends the row.
  children[7]!.say({ type: 'ready' });
  children[7]!.end('exited');
  await pass(200);
  expect(children).toHaveLength(9);
});

it('two that do not start are no reason to give up', async () => {
  const { pool, children, pass } = openSite();
  for (const index of [0, 1]) {
    children[index]!.end('exited');
    await pass(400);
  }
  children[2]!.say({ type: 'ready' });
  await pool.ready();
  expect(pool.stats).toEqual({ processes: 1, waiting: 0, running: 0, ended: 2 });
});

it('a process for a suspect that does not start is tried again as slowly', async () => {
  const { children, run, pass } = openReadySite();
  void run('a');
  children[0]!.compressing('a');
  children[0]!.end('crashed');
  await pass(50);
  expect(children).toHaveLength(3);
  const alone = children[2]!;
  alone.end('exited');
  await pass(150);
  expect(children).toHaveLength(3);
  await pass(50);
  expect(children).toHaveLength(4);
});

it('starts none after it was closed', async () => {
  const { pool, children, pass } = openSite();
  children[0]!.end('exited');
  const closing = pool.close();
  await pass(0);
  await closing;
  await pass(10_000);
  expect(children).toHaveLength(1);
});
