// The start page: choose a file, see what its check says, set what is wanted, start.
import { useEffect } from 'preact/hooks';
import { ErrorNote } from '../parts/error-note.tsx';
import { goTo, hrefOf } from '../route.ts';
import { CheckPanel } from './check-panel.tsx';
import { DropZone } from './drop-zone.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useDraft } from './use-draft.ts';

export function StartView({ onStarted }: { onStarted: () => void }) {
  const draft = useDraft(({ request_id }) => {
    onStarted();
    goTo(hrefOf(request_id));
  });
  useEffect(() => {
    document.title = 'halve';
  }, []);
  const { check, file, settings } = draft;
  return (
    <>
      <div class="intro">
        <h1>Lighter product images, same file</h1>
        <p class="soft">
          Give it your catalogue, from any shop or supplier. Every image behind its links is downloaded, made
          lighter and stored, and the same file comes back with the new links.
        </p>
      </div>
      <DropZone file={file} busy={draft.sending.busy} onChoose={draft.choose} found={check.found} />
      <CheckPanel
        // What is folded out and typed belongs to one file.
        key={file?.name}
        check={check}
        settings={settings}
        onChange={draft.change}
        onCheckAgain={draft.checkAgain}
      />
      <SettingsForm
        settings={settings}
        onChange={draft.change}
        onStart={draft.start}
        busy={draft.sending.busy}
        ready={draft.ready}
        found={check.found?.valid ? check.found : null}
      />
      <ErrorNote error={draft.sending.error}>
        <p>Nothing was started twice: pressing the button again sends the same upload under the same key.</p>
      </ErrorNote>
    </>
  );
}
