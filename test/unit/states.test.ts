// docs/states.md names the states that the code has, each once in its diagram and its table, and no other.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deliverySchema, requestStatusSchema } from '../../src/http/present.ts';
import type { DeliveryStatus, ImagesTable, RequestStatus } from '../../src/records/schema.ts';
import { imageStatusSchema } from '../../src/result-columns.ts';

/** Of each status in the database whether it is shown. Types keep these complete. */
const REQUEST: Record<RequestStatus, boolean> = {
  receiving: false,
  pending: true,
  processing: true,
  completed: true,
  failed: true,
  cancelled: true,
  deleting: false,
};
const IMAGE: Record<NonNullable<ImagesTable['status']>, true> = {
  pending: true,
  processed: true,
  failed: true,
};
const DELIVERY: Record<DeliveryStatus, true> = { pending: true, delivered: true, failed: true };

const text = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8');

function section(title: string) {
  const part = text.split(/^## /m).find((found) => found.startsWith(title))!;
  const diagram = /```mermaid\n([^`]*)```/.exec(part)![1]!;
  return {
    transitions: [...diagram.matchAll(/^ *(\S+) --> (\w+|\[\*\])(?::|$)/gm)].map(([, from, to]) => [
      from!,
      to!,
    ]),
    rows: [...part.matchAll(/^\| `(\w+)`(?:, ([^|]+?))? \|/gm)].map(([, state, more]) => ({
      state: state!,
      more: more ?? '',
    })),
  };
}

const statesOf = (transitions: string[][]) =>
  [...new Set(transitions.flat())].filter((state) => state !== '[*]');
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

describe('the states of a request', () => {
  const { transitions, rows } = section('A request');

  it('are those of its table', () => {
    expect(sorted(statesOf(transitions))).toEqual(Object.keys(REQUEST).sort());
    expect(rows.map(({ state }) => state).sort()).toEqual(Object.keys(REQUEST).sort());
  });

  it('say which are never shown', () => {
    const shown = rows.filter(({ more }) => more !== 'never shown').map(({ state }) => state);
    expect(shown.sort()).toEqual([...requestStatusSchema.options].sort());
    expect(
      Object.keys(REQUEST)
        .filter((state) => REQUEST[state as RequestStatus])
        .sort(),
    ).toEqual(shown);
  });
});

describe('the states of an image', () => {
  const { transitions, rows } = section('An image');

  it('are those of its table, with what it may be while it is pending, and what is shown', () => {
    const parts = rows.filter(({ state }) => state === 'pending').map(({ more }) => more);
    expect(parts).toEqual(['due', 'claimed', 'waiting']);
    expect(sorted(rows.map(({ state }) => state))).toEqual([...imageStatusSchema.options].sort());
    expect(sorted([...Object.keys(IMAGE), 'cancelled'])).toEqual([...imageStatusSchema.options].sort());
    expect(sorted(statesOf(transitions))).toEqual(sorted([...imageStatusSchema.options, ...parts]));
  });
});

it('names the states of a delivery', () => {
  const { transitions, rows } = section('A webhook delivery');
  expect(sorted(statesOf(transitions))).toEqual(Object.keys(DELIVERY).sort());
  expect(rows.map(({ state }) => state).sort()).toEqual(Object.keys(DELIVERY).sort());
  expect([...deliverySchema.shape.status.options].sort()).toEqual(Object.keys(DELIVERY).sort());
});

it('leaves every state of which it does not say that it is the end', () => {
  for (const title of ['A request', 'A webhook delivery']) {
    const { transitions } = section(title);
    const left = new Set(transitions.map(([from]) => from));
    expect([title, statesOf(transitions).filter((state) => !left.has(state))]).toEqual([title, []]);
  }
  const { transitions } = section('An image');
  const left = new Set(transitions.map(([from]) => from));
  expect(statesOf(transitions).filter((state) => !left.has(state))).toEqual(['processed']);
});
