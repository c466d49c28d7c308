// OpenTelemetry traces, set by its own environment variables. Without them nothing is loaded and no span is made. No
// attribute has more of a URL than its host.
import {
  type Attributes,
  DiagLogLevel,
  diag,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  trace,
} from '@opentelemetry/api';
import type { Log } from '../../ports.ts';
import { loadSdk } from '../load-sdk.ts';
import { createThrottledLog } from '../log.ts';
import { VERSION } from '../version.ts';
import { withTimeout } from '../with-timeout.ts';

const PACKAGE = '@opentelemetry/sdk-node';
/** For sending what is left at a stop; a collector that is away costs no more. */
const SHUTDOWN_TIMEOUT_MS = 3_000;

const tracer = trace.getTracer('halve', VERSION);
let on = false;

/** Whether spans are kept: nothing should be gathered for them otherwise. */
export const tracing = () => on;

function wanted(env: NodeJS.ProcessEnv): boolean {
  const { OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER: exporter } = env;
  if (OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none') return false;
  return Boolean(exporter || env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

/** Starts tracing when the environment asks for it. Returns what sends the last spans. Without the SDK, work goes on untraced. */
export async function startTracing(log: Log, env = process.env): Promise<() => Promise<void>> {
  if (!wanted(env)) return async () => {};
  try {
    const { NodeSDK, resources } = await loadSdk(PACKAGE, () => import('@opentelemetry/sdk-node'));
    const sdk = new NodeSDK({
      resource: resources.resourceFromAttributes({ 'service.name': 'halve', 'service.version': VERSION }),
      // Not the process: its command line may have secrets.
      resourceDetectors: [resources.envDetector, resources.hostDetector],
      ...(env.OTEL_METRICS_EXPORTER ? {} : { metricReaders: [] }),
      ...(env.OTEL_LOGS_EXPORTER ? {} : { logRecordProcessors: [] }),
    });
    if (!env.OTEL_LOG_LEVEL) tellRarely(log);
    sdk.start();
    on = true;
    return async () => {
      on = false;
      await withTimeout(SHUTDOWN_TIMEOUT_MS, sdk.shutdown()).catch(() => {});
    };
  } catch (error) {
    log.warn({ error: (error as Error).message }, 'traces are asked for, but cannot be made');
    return async () => {};
  }
}

function tellRarely(log: Log): void {
  const say = createThrottledLog(log);
  const tell = (message: string) => say(new Error(message.slice(0, 300)), 'traces could not be sent');
  const quiet = { warn() {}, info() {}, debug() {}, verbose() {} };
  diag.setLogger({ ...quiet, error: tell }, { logLevel: DiagLogLevel.ERROR });
}

export interface SpanSettings {
  parent?: Span | undefined;
  kind?: SpanKind;
  attributes?: Attributes;
  /** Milliseconds since the epoch. */
  startTime?: TimeInput;
}

/** Starts a span; a root of its own trace when it has no parent. */
export function startSpan(name: string, { parent, ...options }: SpanSettings = {}): Span {
  return tracer.startSpan(name, options, parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
}

/** The span of a call, in the trace that its caller names. */
export function startServerSpan(name: string, headers: object, attributes: Attributes): Span {
  const caller = propagation.extract(ROOT_CONTEXT, headers);
  return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller);
}

/** Does the work in a span. What it throws marks the span, by its name alone: a message may have more of a URL than its host. */
export async function inSpan<T>(
  name: string,
  settings: SpanSettings,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  if (!on) return work(undefined);
  const span = startSpan(name, settings);
  try {
    return await work(span);
  } catch (error) {
    failSpan(span, (error as { code?: string }).code ?? (error as Error).name);
    throw error;
  } finally {
    span.end();
  }
}

export function failSpan(span: Span, code: string): void {
  span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR, message: code });
}

/** The part of a URL that a span may have. */
export function hostAttribute(url: string): Attributes {
  return { 'server.address': URL.canParse(url) ? new URL(url).hostname : '' };
}
