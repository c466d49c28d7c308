// Names of results as a template: which ones are safe and tell every image of a request apart, and how one is filled in.

/** What a template may name. `text` is made from the input, and so is unlike numbers of any form. */
const PLACEHOLDERS: Record<string, 'number' | 'text' | 'folder'> = {
  request_id: 'folder',
  row: 'number',
  position: 'number',
  seq: 'number',
  name: 'text',
  product: 'text',
};

export const DEFAULT_KEY_TEMPLATE = '{request_id}/{row}-{position}-{name}';
/** With every name in it at its longest, a part of a key still fits into a file name. */
const LONGEST = 100;
const LONGEST_NAME = 60;
const PIECE = /\{([a-z_]+)\}|[^{}]/g;

/**
 * Checks a template, and gives it back.
 * @throws saying what is wrong: results could share a key, or lie outside of their request's folder.
 */
export function checkKeyTemplate(template: string): string {
  if (template.length > LONGEST) throw new Error(`must have ${LONGEST} characters at most`);
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!);
  const unknown = names.find((name) => !Object.hasOwn(PLACEHOLDERS, name));
  if (unknown !== undefined) {
    throw new Error(
      `{${unknown}} is none of ${Object.keys(PLACEHOLDERS)
        .map((name) => `{${name}}`)
        .join(' ')}`,
    );
  }
  const [first, ...rest] = template.split('/');
  if (
    first !== '{request_id}' ||
    rest.length === 0 ||
    names.filter((name) => name === 'request_id').length > 1
  ) {
    throw new Error('must begin with {request_id}/, and have it once');
  }
  if (rest.some((part) => !/^([A-Za-z0-9_-]|\{\w+\})([A-Za-z0-9._-]|\{\w+\})*$/.test(part))) {
    throw new Error('may have letters, digits, - _ . and /, and no part that is empty or begins with a dot');
  }
  if (!names.includes('seq') && !(names.includes('row') && names.includes('position'))) {
    throw new Error('must have {row} and {position}, or {seq}, so that no two images share a name');
  }
  for (const part of rest) checkNumbers(part);
  return template;
}

/** Numbers that could run together, or be taken for a piece of a text, would not tell images apart. */
function checkNumbers(part: string): void {
  const pieces = [...part.matchAll(PIECE)].map(([text, name]) => ({
    text,
    kind: name && PLACEHOLDERS[name],
  }));
  if (!pieces.some(({ kind }) => kind === 'number')) return;
  for (const [index, { text, kind }] of pieces.entries()) {
    const next = pieces[index + 1];
    if (kind !== 'number' && next?.kind !== 'number') continue;
    if (next && (kind ?? /\d/.test(text)) && (next.kind ?? /\d/.test(next.text))) {
      throw new Error(`needs a - or _ between ${text} and ${next.text}`);
    }
  }
  if (pieces.filter(({ kind }) => kind === 'text').length > 1) {
    throw new Error('may have one of {name} and {product} in a part with numbers; a / begins another part');
  }
}

export function namesProduct(template: string): boolean {
  return template.includes('{product}');
}

export interface KeyValues {
  /** Stands for {request_id}. */
  folder: string;
  row: number;
  position: number;
  seq: number;
  url: string;
  /** Needed only where the template names it. */
  product: string;
}

/** The key without an extension. */
export function fillKeyTemplate(template: string, { folder, url, product, ...numbers }: KeyValues): string {
  const values: Record<string, string | number> = {
    ...numbers,
    request_id: folder,
    name: safeName(lastPartOf(url)) || 'image',
    product: safeName(product) || 'product',
  };
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

function lastPartOf(url: string): string {
  let last = '';
  try {
    last = new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
    last = decodeURIComponent(last);
  } catch {
    // An escape that is no UTF-8: the name is made from the text as it is.
  }
  return last.replace(/\.[A-Za-z0-9]{1,5}$/, '');
}

/** What is safe of a text: readable, and never a path. */
function safeName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, '');
}
