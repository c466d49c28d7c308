// A collector of traces that speaks OTLP over HTTP in JSON, and keeps every span.
import { onTestFinished } from 'vitest';
import { startReceiver } from './webhook-receiver.ts';

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, string | number | boolean>;
  /** 2 is an error. */
  status: { code?: number; message?: string };
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean };
}
interface Payload {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: (Omit<CollectedSpan, 'attributes'> & { attributes: Attribute[] })[] }[];
  }[];
}

/** `silent`: takes what comes and never answers. */
export async function startCollector({ silent = false } = {}) {
  const receiver = await startReceiver((_request, response) => {
    if (!silent) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  onTestFinished(() => receiver.close());
  const payloads = () => receiver.hits.map(({ body }) => body);
  return {
    url: receiver.url,
    /** As they came. */
    payloads,
    spans: (): CollectedSpan[] =>
      payloads().flatMap((body) =>
        (JSON.parse(body) as Payload).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) =>
            spans.map((span) => ({ ...span, attributes: valuesOf(span.attributes) })),
          ),
        ),
      ),
    resources: () =>
      payloads().flatMap((body) =>
        (JSON.parse(body) as Payload).resourceSpans.map(({ resource }) => valuesOf(resource.attributes)),
      ),
  };
}

function valuesOf(attributes: Attribute[]): CollectedSpan['attributes'] {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.doubleValue ?? value.boolValue ?? Number(value.intValue),
    ]),
  );
}
