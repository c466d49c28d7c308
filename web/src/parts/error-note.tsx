// What went wrong with a call, and what may be done about it.
import type { ComponentChildren } from 'preact';
import { ApiError } from '../api/client.ts';

export function ErrorNote({ error, children }: { error: unknown; children?: ComponentChildren }) {
  if (error === null || error === undefined) return null;
  const title = error instanceof ApiError ? error.problem?.title : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div class="note bad" role="alert">
      {title && <strong>{title}</strong>}
      <p>{message}</p>
      {children}
    </div>
  );
}
