// Functions that take a context first, as methods that have it: what a factory hands out without being one long function.

type Bound<Context, Functions> = {
  [Name in keyof Functions]: Functions[Name] extends (context: Context, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

export function bound<
  Context,
  Functions extends Record<string, (context: Context, ...rest: never[]) => unknown>,
>(context: Context, functions: Functions): Bound<Context, Functions> {
  const entries = Object.entries(functions).map(([name, call]) => [name, call.bind(null, context)]);
  return Object.fromEntries(entries) as Bound<Context, Functions>;
}
