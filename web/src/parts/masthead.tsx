// The top of the page: name, the views, the API's documentation, and forgetting the key.
import { addressOf } from '../api/client.ts';
import { setKey, useSession } from '../api/session.ts';
import { REQUESTS, type Route, START } from '../route.ts';
import { Mark } from './mark.tsx';

export function Masthead({ route }: { route: Route['name'] }) {
  const { key } = useSession();
  const here = (name: Route['name']) => (route === name ? 'page' : undefined);
  return (
    <header class="masthead">
      <a class="brand" href={START} aria-label="halve, start page">
        <Mark />
        <span>halve</span>
      </a>
      <nav aria-label="Page">
        <a href={START} aria-current={here('start')}>
          New upload
        </a>
        <a href={REQUESTS} aria-current={here('requests')}>
          Requests
        </a>
        <a href={addressOf('docs')}>API</a>
        {key !== null && (
          <button type="button" class="link" onClick={() => setKey(null)}>
            Forget key
          </button>
        )}
      </nav>
    </header>
  );
}
