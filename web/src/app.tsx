// The frame of the page: which view is shown, with the recent requests beside it.
import { useCallback, useState } from 'preact/hooks';
import { KeyForm } from './parts/key-form.tsx';
import { Masthead } from './parts/masthead.tsx';
import { RecentList } from './recent/recent-list.tsx';
import { RequestView } from './request/request-view.tsx';
import { RequestsView } from './requests/requests-view.tsx';
import { useRoute } from './route.ts';
import { StartView } from './start/start-view.tsx';

export function App() {
  const route = useRoute();
  const [changes, setChanges] = useState(0);
  const changed = useCallback(() => setChanges((count) => count + 1), []);
  return (
    <>
      <Masthead route={route.name} />
      <KeyForm />
      {route.name === 'requests' ? (
        <main class="desk alone">
          <RequestsView />
        </main>
      ) : (
        <main class="desk">
          <div class="work">
            {route.name === 'start' ? (
              <StartView onStarted={changed} />
            ) : (
              <RequestView key={route.id} id={route.id} onChange={changed} />
            )}
          </div>
          <RecentList current={route.name === 'request' ? route.id : null} changes={changes} />
        </main>
      )}
    </>
  );
}
