// Server-sent events out of a fetched body: EventSource can send no key.
import { createParser } from 'eventsource-parser';

/** The data of every event, and an empty one for each comment, which is how a quiet server says that it is there. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  const told: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => told.push(data),
    onComment: () => told.push(''),
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(value);
      yield* told.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
