// The start page: choose a CSV, see what its check says, set what is wanted, start.
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
  const { check } = draft;
  const found = check.state === 'checked' ? check.found : null;
  const valid = found?.valid ? found : null;
  return (
    <>
      <div class="intro">
        <h1>Lighter product images, same CSV</h1>
        <p class="soft">
          Give it your catalogue. Every image behind its links is downloaded, made lighter and stored, and the
          same file comes back with one more column.
        </p>
      </div>
      <DropZone file={draft.file} busy={draft.sending.busy} onChoose={draft.choose} found={found} />
      <CheckPanel
        check={check}
        settings={draft.settings}
        onColumns={draft.nameColumns}
        onCheckAgain={draft.checkAgain}
      />
      <SettingsForm
        settings={draft.settings}
        onChange={draft.change}
        onStart={draft.start}
        busy={draft.sending.busy}
        found={valid}
      />
      <ErrorNote error={draft.sending.error}>
        <p>Nothing was started twice: pressing the button again sends the same upload under the same key.</p>
      </ErrorNote>
    </>
  );
}
