// Something read once for a request and again when `version` changes.
import { useEffect, useState } from 'preact/hooks';

/** `load` itself may be another function in every drawing. */
export function useLoaded<T>(load: () => Promise<T>, version: string): { value: T | null; error: unknown } {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let current = true;
    load().then(
      (loaded) => {
        if (!current) return;
        setValue(loaded);
        setError(null);
      },
      (reason: unknown) => current && setError(reason),
    );
    return () => {
      current = false;
    };
  }, [version]);
  return { value, error };
}
