// Many callers, one write: collects items for a moment and hands them on together.

export interface Batcher<Item, Answer> {
  /** Resolves with the item's own answer after the batch it was in is written; rejects with what the write threw. */
  add(item: Item): Promise<Answer>;
  /** Resolves when nothing is waiting or being written. */
  drain(): Promise<void>;
}

/**
 * Writes when `enough` are waiting or `maxDelayMs` after the first of them came, one batch of at most `maxItems` at a time.
 * What comes while one is written waits for company in the same way. `write` answers one value an item, in their order.
 */
export function createBatcher<Item, Answer>(
  write: (items: Item[]) => Promise<Answer[]>,
  { enough, maxItems, maxDelayMs }: { enough: number; maxItems: number; maxDelayMs: number },
): Batcher<Item, Answer> {
  interface Waiting {
    item: Item;
    resolve(answer: Answer): void;
    reject(error: unknown): void;
  }
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting.splice(0, maxItems);
    try {
      const answers = await write(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  function startFlush(): void {
    writing ??= flush().finally(() => {
      writing = undefined;
      if (waiting.length > 0) schedule();
    });
  }

  function schedule(): void {
    if (waiting.length >= enough) startFlush();
    else timer ??= setTimeout(startFlush, maxDelayMs);
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (!writing) schedule();
      }),
    async drain() {
      while (waiting.length > 0 || writing) {
        startFlush();
        await writing;
      }
    },
  };
}
