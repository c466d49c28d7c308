// After each test file: no child process and no listening server may be left.
import { afterAll } from 'vitest';

interface Handle {
  constructor: { name: string };
  listening?: boolean;
  pid?: number;
  exitCode?: number | null;
  signalCode?: string | null;
}

afterAll(async () => {
  let left = leaks();
  // Closing takes a few turns of the event loop; a leak stays.
  for (let turn = 0; turn < 200 && left.length > 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    left = leaks();
  }
  if (left.length > 0) throw new Error(`left open: ${left.join(', ')}`);
});

function leaks(): string[] {
  const handles = (process as unknown as { _getActiveHandles(): Handle[] })._getActiveHandles();
  return handles.flatMap((handle) => {
    const { name } = handle.constructor;
    if (name === 'Server' && handle.listening) return ['a listening server'];
    if (name === 'ChildProcess' && handle.exitCode === null && handle.signalCode === null)
      return [`process ${handle.pid}`];
    return [];
  });
}
