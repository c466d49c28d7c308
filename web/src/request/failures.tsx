// Why images failed, by reason, with who can mend it. While the request runs the numbers come as they grow.
import { useEffect, useState } from 'preact/hooks';
import { FIXERS, meaningOf } from '../../../src/meanings.ts';
import { getFailures } from '../api/client.ts';
import type { FailureCount, RequestState } from '../api/types.ts';
import { count, counted } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { useImages } from '../parts/use-pages.ts';
import { VirtualList } from '../parts/virtual-list.tsx';

const ROW_HEIGHT = 64;
const REFRESH_MS = 2_000;

export function Failures({ request }: { request: RequestState }) {
  const { request_id: id, images, completed_at } = request;
  const [round, setRound] = useState(0);
  const { value, error } = useLoaded(() => getFailures(id), `${id} ${completed_at} ${round}`);
  const told = value?.failures.reduce((sum, failure) => sum + failure.images, 0) ?? 0;
  const behind = value !== null && told !== images.failed;
  useEffect(() => {
    if (!behind) return;
    const timer = setTimeout(() => setRound((before) => before + 1), REFRESH_MS);
    return () => clearTimeout(timer);
  }, [behind, value]);
  return (
    <section class="panel failures" aria-labelledby="failures-title">
      <h2 id="failures-title">{counted(images.failed, 'image')} failed</h2>
      <ErrorNote error={error} />
      {!value && <p class="soft">…</p>}
      <ul class="groups">
        {value?.failures.map((failure) => (
          <Group key={failure.code} failure={failure} request={request} />
        ))}
      </ul>
    </section>
  );
}

interface GroupProps {
  failure: FailureCount;
  request: RequestState;
}

function Group({ failure: { code, images }, request }: GroupProps) {
  const [open, setOpen] = useState(false);
  const { what, fixer, how } = meaningOf(code);
  return (
    <li class={`group ${fixer}`}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="tally">{count(images)}</span>
          <span class="group-what">
            {what} <code>{code}</code>
          </span>
          <span class="fixer">{FIXERS[fixer]}</span>
        </summary>
        <p class="soft">{how}</p>
        {open && <FailedImages code={code} total={images} request={request} />}
      </details>
    </li>
  );
}

interface ListProps {
  code: string;
  total: number;
  request: RequestState;
}

function FailedImages({ code, total, request }: ListProps) {
  const version = `${request.completed_at} ${total}`;
  const list = useImages({ requestId: request.request_id, version, total, code });
  return (
    <>
      <ErrorNote error={list.error} />
      <VirtualList
        label={`Images with ${code}`}
        class="failed-list"
        count={list.count}
        rowHeight={() => ROW_HEIGHT}
        onLook={list.look}
      >
        {(index) => {
          const image = list.at(index);
          if (!image) return <span class="soft">…</span>;
          return (
            <>
              <span class="where">
                Row {count(image.row)} <span class="soft">· image {image.position}</span>
              </span>
              <span class="failed-name">{image.product_name}</span>
              <a
                class="url"
                href={image.input_url}
                target="_blank"
                rel="noreferrer noopener"
                title={image.input_url}
              >
                {image.input_url}
              </a>
              <span class="soft message" title={image.error?.message ?? ''}>
                {image.error?.message}
              </span>
            </>
          );
        }}
      </VirtualList>
    </>
  );
}
