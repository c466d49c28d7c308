// What the check of the chosen file says: what was recognised, what is asked, what to mend.
import type { CsvProblem, Validation } from '../api/types.ts';
import { counted } from '../format.ts';
import { ErrorNote } from '../parts/error-note.tsx';
import { BaseUrlForm } from './base-url-form.tsx';
import { Candidates } from './candidates.tsx';
import { ColumnsForm } from './columns-form.tsx';
import { FOUND_OUT, type Settings } from './draft.ts';
import { ProblemsTable } from './problems-table.tsx';
import { forPeople, recognisedAs } from './recognised.ts';
import type { Check } from './use-draft.ts';
import { Warnings } from './warnings.tsx';

interface Props {
  check: Check;
  settings: Settings;
  onChange: (changed: Partial<Settings>) => void;
  onCheckAgain: () => void;
}

/** Problems that an answer on the page settles. */
const QUESTIONS = new Set(['ambiguous_column', 'needs_base_url']);
const ABOUT_COLUMNS = new Set(['ambiguous_column', 'missing_column', 'missing_header_row']);

export function CheckPanel({ check, settings, onChange, onCheckAgain }: Props) {
  const { found, checking, error } = check;
  if (found === null)
    return (
      <div class="check" aria-live="polite">
        {checking && <p class="verdict soft">Checking every line…</p>}
        {!checking && error === null && (
          <p class="soft">Every line is checked at once. Nothing is stored until you press Start.</p>
        )}
        <CheckError error={error} onCheckAgain={onCheckAgain} />
      </div>
    );
  const questions = found.problems.filter(({ code }) => QUESTIONS.has(code));
  const problems = found.problems.filter(({ code }) => !QUESTIONS.has(code));
  const choosing = settings.url_column?.length === 0;
  return (
    <section class="panel check" aria-label="What was recognised" aria-busy={checking}>
      <div aria-live="polite">
        {checking ? (
          <p class="verdict soft">Checking every line…</p>
        ) : choosing ? (
          <p class="verdict">Tick a column with images, and the file is checked again.</p>
        ) : error !== null ? null : found.valid ? (
          <Fine found={found} settings={settings} onChange={onChange} />
        ) : (
          <Verdict problems={problems} questions={questions} />
        )}
      </div>
      <CheckError error={error} onCheckAgain={onCheckAgain} />
      {questions.map((question) =>
        question.code === 'needs_base_url' ? (
          <BaseUrlForm key={question.code} question={question} settings={settings} onChange={onChange} />
        ) : (
          <p key={question.code}>{forPeople(question.message)}</p>
        ),
      )}
      {!questions.some(({ code }) => code === 'needs_base_url') && (
        <Candidates found={found} settings={settings} onChange={onChange} />
      )}
      {problems.length > 0 && <ProblemsTable problems={problems} />}
      <Warnings found={found} settings={settings} onChange={onChange} />
      <ColumnsForm
        found={found}
        settings={settings}
        asked={found.problems.some(({ code }) => ABOUT_COLUMNS.has(code))}
        onChange={onChange}
      />
    </section>
  );
}

function CheckError({ error, onCheckAgain }: { error: unknown; onCheckAgain: () => void }) {
  return (
    <ErrorNote error={error}>
      <button type="button" onClick={onCheckAgain}>
        Check again
      </button>
    </ErrorNote>
  );
}

function Fine({ found, settings, onChange }: Omit<Props, 'check' | 'onCheckAgain'> & { found: Validation }) {
  const { products, images, hosts } = found;
  const chosen = settings.url_column !== null;
  return (
    <>
      <p class="recognised">
        {recognisedAs(found, chosen)}{' '}
        {chosen && (
          <button type="button" class="link as-link" onClick={() => onChange(FOUND_OUT)}>
            Find the columns again
          </button>
        )}
      </p>
      <p class="verdict good">
        <strong>
          {counted(products, 'product')}, {counted(images, 'image')}
        </strong>{' '}
        on {counted(hosts, 'host')}. No problem found.
      </p>
    </>
  );
}

function Verdict({ problems, questions }: { problems: CsvProblem[]; questions: CsvProblem[] }) {
  if (problems.length === 0)
    return (
      <p class="verdict bad">
        <strong>{counted(questions.length, 'question')}</strong> Answer it here, and the file is checked
        again. Nothing was started.
      </p>
    );
  const cut = problems.at(-1)?.code === 'too_many_problems';
  const listed = cut ? problems.length - 1 : problems.length;
  return (
    <p class="verdict bad">
      <strong>{cut ? `More than ${counted(listed, 'problem')}` : counted(listed, 'problem')}</strong>{' '}
      {problems.some(({ code }) => ABOUT_COLUMNS.has(code))
        ? 'Choose the columns below, or mend the file and drop it again.'
        : `Mend ${listed === 1 ? 'it' : 'them'} in the file and drop it again.`}{' '}
      Nothing was started.
    </p>
  );
}
