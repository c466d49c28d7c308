// Why images failed, by reason, with who can mend it. While the request runs the numbers come as they grow.
import { useEffect, useState } from 'preact/hooks';
import { getFailures } from '../api/client.ts';
import { type FailureCount, isClosed, type RequestState } from '../api/types.ts';
import { count, counted } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { useImages } from '../parts/use-pages.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import { FIXERS, meaningOf } from './meanings.ts';

const ROW_HEIGHT = 64;
const REFRESH_MS = 2_000;

export function Failures({ request }: { request: RequestState }) {
  const { request_id: id, images, completed_at } = request;
  const seen = useSlowly(images.failed);
  const version = `${id} ${completed_at} ${isClosed(request) ? images.failed : seen}`;
  const { value, error } = useLoaded(() => getFailures(id), version);
  return (
    <section class="panel failures" aria-labelledby="failures-title">
      <h2 id="failures-title">{counted(images.failed, 'image')} failed</h2>
      <ErrorNote error={error} />
      {!value && <p class="soft">…</p>}
      <ul class="groups">
        {value?.failures.map((failure) => (
          <Group key={failure.code} failure={failure} request={request} version={version} />
        ))}
      </ul>
    </section>
  );
}

interface GroupProps {
  failure: FailureCount;
  request: RequestState;
  version: string;
}

function Group({ failure: { code, images }, request, version }: GroupProps) {
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
        {open && <FailedImages code={code} total={images} request={request} version={version} />}
      </details>
    </li>
  );
}

interface ListProps {
  code: string;
  total: number;
  request: RequestState;
  version: string;
}

function FailedImages({ code, total, request, version }: ListProps) {
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

/** The value as it was a moment ago: it may change ten times a second, and each change asks the server. */
function useSlowly(value: number): number {
  const [seen, setSeen] = useState(value);
  useEffect(() => {
    if (seen === value) return;
    const timer = setTimeout(() => setSeen(value), seen === 0 ? 0 : REFRESH_MS);
    return () => clearTimeout(timer);
  }, [seen === value]);
  return seen;
}
