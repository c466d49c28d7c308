// Messages that can wait, kept for the next one that cannot: each one sent wakes up its reader, and one wake-up an image
// is cheaper than four.

export interface MessageBatch<Message> {
  /** Sends it at once, behind all that has been kept. */
  post(message: Message): void;
  /** Sends it with the next, or after `waitMs`. */
  postSoon(message: Message): void;
}

export function createMessageBatch<Message>(
  send: (messages: Message[]) => void,
  waitMs: number,
): MessageBatch<Message> {
  let kept: Message[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const messages = kept;
    kept = [];
    send(messages);
  }

  return {
    post(message) {
      kept.push(message);
      flush();
    },
    postSoon(message) {
      kept.push(message);
      timer ??= setTimeout(flush, waitMs);
    },
  };
}
