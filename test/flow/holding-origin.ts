// An origin that answers when it is told to, for tests of what is seen in the middle of a request.
import { onTestFinished } from 'vitest';
import { startOrigin } from '../fakes/origin.ts';
import { photoJpeg } from '../fakes/pictures.ts';

/** An origin that holds /held.jpg back until it is released; `asked` resolves when it was asked for. */
export async function startHoldingOrigin() {
  const jpeg = await photoJpeg();
  let release = () => {};
  let isAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const origin = await startOrigin({
    '/held.jpg': async (_request, response) => {
      isAsked();
      await held;
      response.end(jpeg);
    },
    '*': { body: jpeg },
  });
  onTestFinished(() => origin.close());
  return { url: origin.url, asked, release };
}
