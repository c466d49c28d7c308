// One image process as a member of the pool: what it works on, whether it has room, whether it takes too long.
import type { Child } from './child.ts';
import { decodingOf, type Entry } from './pool-entry.ts';

export interface Member {
  child: Child;
  tasks: Map<number, Entry>;
  /** Does one suspect at a time and nothing else. */
  quarantine: boolean;
  /** The reason it was killed for, when the pool did it. */
  timedOut: boolean;
}

export function give(member: Member, entry: Entry): void {
  member.tasks.set(entry.id, entry);
  member.child.send({ type: 'task', id: entry.id, task: entry.task });
}

/** The one with the most room, if any has some. */
export function freest(members: Iterable<Member>, inFlight: number): Member | undefined {
  let best: Member | undefined;
  for (const member of members) {
    if (member.quarantine || !member.child.ready || member.tasks.size >= inFlight) continue;
    if (!best || member.tasks.size < best.tasks.size) best = member;
  }
  return best;
}

/** A decoder's own time limit does not stop it, so the deadline is enforced from here. */
export function killOverdue(member: Member, timeoutMs: number): void {
  const since = decodingOf(member.tasks.values())?.compressingSince;
  if (!since || performance.now() - since < timeoutMs) return;
  member.timedOut = true;
  member.child.kill();
}
