// Downloads of a host at once: a slot is had, waited for, passed on or given back, and none is ever lost.
import { expect, it } from 'vitest';
import { createHostSlots } from '../../src/work/host-slots.ts';

const freeOf = (slots: ReturnType<typeof createHostSlots>, host: string) => {
  let free = 0;
  while (slots.take(host)) free++;
  return free;
};

it('gives a free slot at once, and takes it back from whom nobody asked any more', () => {
  const slots = createHostSlots(2, () => {});
  slots.wait('a', () => true);
  slots.wait('b', () => false);
  expect([freeOf(slots, 'a'), freeOf(slots, 'b')]).toEqual([1, 2]);
});

it('passes slots on in the order of asking, all of a host before any is free', () => {
  let freed = 0;
  const slots = createHostSlots(1, () => freed++);
  slots.take('a');
  const granted: string[] = [];
  for (const name of ['one', 'two', 'three']) slots.wait('a', () => granted.push(name) > 0);
  expect(granted).toEqual([]);
  slots.release(['a']);
  slots.release(['a']);
  slots.release(['a']);
  expect([granted, freed, slots.take('a')]).toEqual([['one', 'two', 'three'], 0, false]);
  slots.release(['a']);
  expect([freed, freeOf(slots, 'a')]).toEqual([1, 1]);
});

it('tells that there is room only of a host that had none, and once for all that end together', () => {
  let freed = 0;
  const slots = createHostSlots(2, () => freed++);
  for (const host of ['a', 'a', 'b']) slots.take(host);
  slots.release(['b']);
  expect(freed).toBe(0);
  slots.release(['a', 'a']);
  expect(freed).toBe(1);
  slots.release([]);
  expect([freed, freeOf(slots, 'a'), freeOf(slots, 'b')]).toEqual([1, 2, 2]);
});
