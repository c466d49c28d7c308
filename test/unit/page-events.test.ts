// Server-sent events as the page reads them, cut anywhere on their way.
import { expect, it } from 'vitest';
import { readEvents } from '../../web/src/api/events.ts';

const STREAM = Buffer.from(
  'event: progress\ndata: {"name":"Grüße"}\n\n: still here\n\nevent: progress\r\ndata: two\r\ndata: lines\r\n\r\nevent: done\ndata: {}\n\ndata: cut off',
);

it.each([1, 2, 7, STREAM.length])('reads data and signs of life out of pieces of %i bytes', async (size) => {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= STREAM.length) return controller.close();
      controller.enqueue(STREAM.subarray(at, at + size));
      at += size;
    },
  });
  const told: string[] = [];
  for await (const data of readEvents(body)) told.push(data);
  expect(told).toEqual(['{"name":"Grüße"}', '', 'two\nlines', '{}']);
});

it('ends the stream when its reader leaves', async () => {
  let ended = () => {};
  const cancelled = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('data: 1\n\n')),
    cancel: () => ended(),
  });
  for await (const data of readEvents(body)) {
    expect(data).toBe('1');
    break;
  }
  await cancelled;
});
