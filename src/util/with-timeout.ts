// Waiting with an end.

/** Resolves with what `promise` gives, or with undefined after `ms`. The promise goes on; its late failure is nobody's. */
export async function withTimeout<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  if (ms === Number.POSITIVE_INFINITY) return promise;
  promise.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
