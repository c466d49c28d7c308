// The top of the page: name, the way home, the API's documentation, and forgetting the key.
import { addressOf } from '../api/client.ts';
import { setKey, useSession } from '../api/session.ts';
import { START } from '../route.ts';
import { Mark } from './mark.tsx';

export function Masthead() {
  const { key } = useSession();
  return (
    <header class="masthead">
      <a class="brand" href={START} aria-label="halve, start page">
        <Mark />
        <span>halve</span>
      </a>
      <nav aria-label="Page">
        <a href={START}>New upload</a>
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
