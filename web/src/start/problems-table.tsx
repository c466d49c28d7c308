// Every problem of a file, by line.
import type { CsvProblem } from '../api/types.ts';
import { count } from '../format.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';

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
              <th scope="col">Line</th>
              <th scope="col">Row</th>
              <th scope="col">Column</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ line, row, column, code, message }, index) => (
              <tr key={index} data-code={code}>
                <td class="number">{line === null ? '' : count(line)}</td>
                <td class="number">{row === null ? '' : count(row)}</td>
                <td>{column ?? ''}</td>
                <td class="message">{message}</td>
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
