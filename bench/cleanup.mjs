// What must not outlive a run: children and temporary folders. Undone in reverse order, at the end and on Ctrl-C.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const undo = [];
let interrupted = false;

/** Runs `action` at the end unless the function it returns, which runs it at once, was called before. */
export function onEnd(action) {
  let done;
  const once = () => {
    done ??= Promise.resolve(action());
    return done;
  };
  undo.push(once);
  return once;
}

export async function cleanUp() {
  for (const action of undo.splice(0).reverse()) {
    await action().catch((error) => console.error(`bench: could not clean up: ${error.message}`));
  }
}

/** True from the first signal on: what fails then fails because of it. */
export const wasInterrupted = () => interrupted;

export function cleanUpOnSignals() {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.on(signal, async () => {
      if (interrupted) return;
      interrupted = true;
      console.error('\nbench: stopping');
      await cleanUp();
      process.exit(code);
    });
  }
}

/** A folder that is removed at the end; `remove` does it before. TMPDIR decides where. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'halve-bench-'));
  return { path, remove: onEnd(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 })) };
}
