// Every problem of a file, by the row that a spreadsheet shows.
import type { CsvProblem } from '../api/types.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { whereOf } from './recognised.ts';

const SHOWN = 1_000;

export function ProblemsTable({ problems }: { problems: CsvProblem[] }) {
  const shown = problems.slice(0, SHOWN);
  const hidden = problems.slice(SHOWN);
  return (
    <>
      <ScrollBox label="List of problems">
        <table class="problems">
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">Column</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((problem, index) => (
              <tr key={index} data-code={problem.code}>
                <th scope="row">{whereOf(problem) || 'The file'}</th>
                <td>{problem.column ?? ''}</td>
                <td class="message">{problem.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {hidden.map(({ message }) => (
        <p class="soft" key={message}>
          {message}.
        </p>
      ))}
    </>
  );
}
