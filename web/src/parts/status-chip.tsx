// The state of a request in a word.
import type { RequestStatus } from '../api/types.ts';

export const WORDS: Record<RequestStatus, string> = {
  pending: 'waiting',
  processing: 'in progress',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function StatusChip({ status }: { status: RequestStatus }) {
  return <span class={`chip ${status}`}>{WORDS[status]}</span>;
}
