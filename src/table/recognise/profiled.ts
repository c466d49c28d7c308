// Which profile a header is of.
import { PROFILES, type Profile } from '../profiles/index.ts';
import type { HeadRow } from './types.ts';

/** How headers of profiles are compared: exactly, but trimmed, without a BOM and without case. */
export const trimmed = (cell: string): string => cell.replaceAll('\ufeff', '').trim();

export interface Profiled {
  profile: Profile;
  /** The index of the header among the rows. */
  row: number;
}

const PATTERN = /^\/(.*)\/$/;

/** The profile of the first row that is the header of one; of several the one that asks for most. */
export function findProfile(
  rows: readonly HeadRow[],
  among: readonly number[],
  id: string | null,
): Profiled | null {
  const profiles = id === null ? PROFILES : PROFILES.filter((profile) => profile.id === id);
  for (const row of among) {
    const header = new Set(rows[row]!.cells.map((cell) => trimmed(cell).toLowerCase()));
    const fits = profiles.filter(
      ({ all, none }) =>
        all.every((name) => isThere(header, name)) && !none.some((name) => isThere(header, name)),
    );
    const [first, ...others] = fits;
    if (first === undefined) continue;
    return { profile: others.reduce((a, b) => (b.all.length > a.all.length ? b : a), first), row };
  }
  return null;
}

function isThere(header: ReadonlySet<string>, name: string): boolean {
  const pattern = patternOf(name);
  return pattern === null ? header.has(name.toLowerCase()) : [...header].some((cell) => pattern.test(cell));
}

function patternOf(name: string): RegExp | null {
  const source = PATTERN.exec(name)?.[1];
  return source === undefined ? null : new RegExp(source, 'i');
}

/** The columns of a header that a profile's text or pattern means. */
export function columnsOf(header: readonly string[], name: string): number[] {
  const pattern = patternOf(name);
  const text = name.toLowerCase();
  return header.flatMap((cell, index) =>
    (pattern === null ? trimmed(cell).toLowerCase() === text : pattern.test(trimmed(cell))) ? [index] : [],
  );
}

export const profileIds = (): string[] => [...new Set(PROFILES.map(({ id }) => id))];
