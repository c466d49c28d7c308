// Reads from a PromQL expression which metrics it names, and with which labels. No judge of the language.

/** Words that are neither metrics nor functions. */
const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan']);
/** Functions and aggregations that our expressions may use. */
const FUNCTIONS = new Set(['sum', 'max', 'count', 'rate', 'increase', 'histogram_quantile', 'vector']);
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?/g;

export interface Selector {
  metric: string;
  /** The labels between its braces. */
  labels: string[];
}

export interface Expression {
  selectors: Selector[];
  /** The labels that results are grouped by. */
  grouping: string[];
}

/** @throws on a function that is not known, or parentheses that do not match. */
export function readPromql(expression: string): Expression {
  const grouping: string[] = [];
  // Values first, which may have anything in them; then ranges, whose units look like names.
  let rest = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\[[^\]]*\]/g, '');
  rest = rest.replace(GROUPING, (_, labels: string) => {
    grouping.push(...labels.split(',').map((label) => label.trim()));
    return ' ';
  });
  const opened = rest.replace(/[^(]/g, '').length;
  if (opened !== rest.replace(/[^)]/g, '').length) throw new Error(`parentheses of ${expression}`);
  const selectors: Selector[] = [];
  for (const match of rest.matchAll(SELECTOR)) {
    const [text, name, matchers] = match;
    const next = rest.slice(match.index + text.length).trimStart();
    if (KEYWORDS.has(name!.toLowerCase())) continue;
    if (next.startsWith('(') && matchers === undefined) {
      if (!FUNCTIONS.has(name!)) throw new Error(`${name} is no function`);
      continue;
    }
    const labels = [...(matchers ?? '').matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!);
    selectors.push({ metric: name!, labels });
  }
  return { selectors, grouping };
}
