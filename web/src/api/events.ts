// Server-sent events out of a fetched body: EventSource can send no key.

export interface ServerEvent {
  event: string;
  data: string;
}

/** Every event of the stream, and an empty one for each comment, which is how a quiet server says that it is there. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) yield eventOf(block);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function eventOf(block: string): ServerEvent {
  const found: ServerEvent = { event: '', data: '' };
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) found.event = line.slice(7);
    else if (line.startsWith('data: ')) found.data += line.slice(6);
  }
  return found;
}
