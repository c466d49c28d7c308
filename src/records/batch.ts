// Many callers, one write: collects items for a moment and hands them on together.

export interface Batcher<Item, Answer> {
  /** Resolves with the item's own answer after the batch it was in is written; rejects with what the write threw. */
  add(item: Item): Promise<Answer>;
  /** Writes what is waiting without waiting for more: nobody else will come. */
  flush(): void;
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
  let hurried = false;

  async function writeBatch(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    hurried = false;
    const batch = waiting.splice(0, maxItems);
    try {
      const answers = await write(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  function start(): void {
    writing ??= writeBatch().finally(() => {
      writing = undefined;
      if (waiting.length > 0) schedule();
    });
  }

  function schedule(): void {
    if (hurried || waiting.length >= enough) start();
    else timer ??= setTimeout(start, maxDelayMs);
  }

  function flush(): void {
    hurried = waiting.length > 0;
    if (hurried) start();
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (!writing) schedule();
      }),
    flush,
    async drain() {
      while (waiting.length > 0 || writing) {
        flush();
        await writing;
      }
    },
  };
}
