// The frame of the page: which view is shown, with the recent requests beside it.
import { useCallback, useState } from 'preact/hooks';
import { KeyForm } from './parts/key-form.tsx';
import { Masthead } from './parts/masthead.tsx';
import { RecentList } from './recent/recent-list.tsx';
import { RequestView } from './request/request-view.tsx';
import { useRoute } from './route.ts';
import { StartView } from './start/start-view.tsx';

export function App() {
  const route = useRoute();
  const [changes, setChanges] = useState(0);
  const changed = useCallback(() => setChanges((count) => count + 1), []);
  const current = route.name === 'request' ? route.id : null;
  return (
    <>
      <Masthead />
      <KeyForm />
      <main class="desk">
        <div class="work">
          {current === null ? (
            <StartView onStarted={changed} />
          ) : (
            <RequestView key={current} id={current} onChange={changed} />
          )}
        </div>
        <RecentList current={current} changes={changes} />
      </main>
    </>
  );
}
