// One request: how far it is, and when it has ended what became of it.
import { useEffect, useRef } from 'preact/hooks';
import { isClosed, type RequestState } from '../api/types.ts';
import { date, optionsLine } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { StatusChip } from '../parts/status-chip.tsx';
import { goTo, START } from '../route.ts';
import { Actions } from './actions.tsx';
import { Downloads } from './downloads.tsx';
import { Failures } from './failures.tsx';
import { LocalNote } from './local-note.tsx';
import { Pictures } from './pictures.tsx';
import { ProgressPanel } from './progress-panel.tsx';
import { ResultPanel } from './result-panel.tsx';
import { Savings } from './savings.tsx';
import { useRequest } from './use-request.ts';
import { WebhookPanel } from './webhook-panel.tsx';

export function RequestView({ id, onChange }: { id: string; onChange: () => void }) {
  const { request, silent, error, watchAgain } = useRequest(id);
  const heading = useRef<HTMLHeadingElement>(null);
  const loaded = request !== null;
  useEffect(() => {
    if (loaded) heading.current?.focus({ preventScroll: true });
  }, [loaded]);
  useEffect(() => {
    document.title = request ? titleOf(request) : 'halve';
  }, [request]);
  useEffect(() => {
    if (request?.status) onChange();
  }, [request?.status, onChange]);

  if (error) {
    return (
      <div class="panel">
        <h1>{error.status === 404 ? 'This request is not here' : 'This request cannot be shown'}</h1>
        {error.status === 404 ? (
          <p class="soft">It was deleted, or the address is not complete.</p>
        ) : (
          <ErrorNote error={error} />
        )}
        <p>
          <a href={START}>Start a new one</a> or open another from the list.
        </p>
      </div>
    );
  }
  if (!request)
    return (
      <div class="panel loading soft">
        {silent ? 'The server does not answer; trying again…' : 'Loading…'}
      </div>
    );

  const closed = isClosed(request);
  return (
    <>
      <div class="request-head">
        <h1 ref={heading} tabIndex={-1}>
          {request.file_name}
        </h1>
        <StatusChip status={request.status} />
        <p class="soft">
          {date(request.created_at)} · {optionsLine(request)}
        </p>
      </div>
      {silent && !closed && (
        <p class="note" role="status">
          The server is not heard at the moment. Nothing that was started is lost; this page keeps trying.
        </p>
      )}
      {closed ? <ResultPanel request={request} /> : <ProgressPanel request={request} />}
      {closed && request.images.processed > 0 && <LocalNote request={request} />}
      <Downloads request={request} />
      <Actions
        request={request}
        onAgain={() => {
          watchAgain();
          onChange();
        }}
        onDeleted={() => {
          onChange();
          goTo(START);
        }}
      />
      {request.images.failed > 0 && <Failures request={request} />}
      {closed && request.images.processed > 0 && <Savings request={request} />}
      {closed && request.images.processed > 0 && <Pictures request={request} />}
      {closed && request.webhook && <WebhookPanel request={request} />}
    </>
  );
}

function titleOf(request: RequestState): string {
  const at = isClosed(request) ? '' : `${request.progress} % · `;
  return `${at}${request.file_name} · halve`;
}
