// Makes an example of a JSON schema, from values that are given by the name of a property. A route without examples of its
// own gets one, and none can say what its schema does not allow.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minItems?: number;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

export interface SampleSource {
  /** The named schemas that a `$ref` leads to. */
  schemas: Record<string, Schema>;
  /** By `Schema.property` or property alone: the first value that the property's schema allows is taken. */
  values: Record<string, readonly unknown[]>;
}

const BY_FORMAT: Record<string, string> = {
  'date-time': '2026-01-15T12:30:00.000Z',
  uri: 'https://shop.example/',
  uuid: '46d69c15-c00f-4d7a-8905-9233aae5adf9',
};
const DEEPEST = 12;

export function exampleOf(schema: Schema, source: SampleSource, name = '', depth = 0): unknown {
  const given = valuesOf(name, source).find((value) => allows(schema, value, source));
  if (given !== undefined) return given;
  if (depth > DEEPEST) return null;
  const resolved = resolve(schema, source);
  const inner = (part: Schema, partName = name) => exampleOf(part, source, partName, depth + 1);
  if (resolved.default !== undefined) return resolved.default;
  if (resolved.const !== undefined) return resolved.const;
  if (resolved.enum) return resolved.enum[0];
  const choice = resolved.anyOf ?? resolved.oneOf;
  if (choice) return inner(choice[0]!);
  if (resolved.allOf) return Object.assign({}, ...resolved.allOf.map((part) => inner(part)));
  switch (typesOf(resolved)[0]) {
    case 'object':
      return sampleOfObject(resolved, inner, nameOf(schema));
    case 'array':
      return resolved.items ? Array(resolved.minItems ?? 1).fill(inner(resolved.items)) : [];
    case 'string':
      return BY_FORMAT[resolved.format ?? ''] ?? 'text';
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, resolved.minimum ?? 1), resolved.maximum ?? 1);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function sampleOfObject(
  { properties = {}, additionalProperties }: Schema,
  inner: (part: Schema, name: string) => unknown,
  owner: string | undefined,
): object {
  const sampled = Object.entries(properties).map(
    ([name, part]) => [name, inner(part, owner === undefined ? name : `${owner}.${name}`)] as const,
  );
  if (sampled.length === 0 && typeof additionalProperties === 'object') {
    return { example: inner(additionalProperties, 'example') };
  }
  return Object.fromEntries(sampled);
}

function valuesOf(name: string, { values }: SampleSource): readonly unknown[] {
  return [name, name.slice(name.indexOf('.') + 1)].flatMap((known) => values[known] ?? []);
}

/** Whether a schema takes a value, as far as values of the table can break one: type, enum, pattern and bounds. */
function allows(schema: Schema, value: unknown, source: SampleSource): boolean {
  const resolved = resolve(schema, source);
  const choice = resolved.anyOf ?? resolved.oneOf;
  if (choice) return choice.some((part) => allows(part, value, source));
  if (resolved.const !== undefined) return resolved.const === value;
  if (resolved.enum && !resolved.enum.includes(value)) return false;
  const types = typesOf(resolved);
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) return false;
  if (typeof value === 'string' && resolved.pattern) return new RegExp(resolved.pattern, 'u').test(value);
  if (typeof value !== 'number') return true;
  return (
    value >= (resolved.minimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (resolved.maximum ?? Number.POSITIVE_INFINITY)
  );
}

function resolve(schema: Schema, { schemas }: SampleSource): Schema {
  const name = nameOf(schema);
  return name === undefined ? schema : (schemas[name] ?? {});
}

const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1);

function typesOf({ type }: Schema): string[] {
  return type === undefined ? [] : [type].flat();
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
