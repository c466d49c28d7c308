// The progress of a request as server-sent events: who listens, what they are told and when it ends.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestRecord } from '../records/schema.ts';
import type { App, HttpContext } from './context.ts';
import { createSlots } from './guards/slots.ts';
import { CALL_ID } from './observe.ts';
import { isClosed, presentRequest } from './present.ts';

const EVENT_INTERVAL_MS = 500;
const HEARTBEAT_MS = 15_000;

/** Returns what answers a call with the events of a request. All streams end when `app` closes. */
export function eventStreams(app: App, { limits, links, metrics, records }: HttpContext) {
  const slots = createSlots({
    perCaller: limits.eventStreams,
    refusal: ['too_many_streams', 'Close one of the event streams that are open, or poll /status.'],
  });
  const streams = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of streams) end();
  });

  return (named: RequestRecord, call: FastifyRequest, reply: FastifyReply): void => {
    let request = named;
    const free = slots.take(call);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      [CALL_ID]: call.id,
    });
    let last = '';
    let lastSentAt = performance.now();
    const send = (text: string) => {
      lastSentAt = performance.now();
      return raw.write(text);
    };
    const tell = () => {
      const body = JSON.stringify(presentRequest(request, links));
      if (body !== last) send(`event: progress\ndata: ${body}\n\n`);
      last = body;
      if (!isClosed(request)) return;
      send(`event: done\ndata: ${body}\n\n`);
      end();
    };
    const timer = setInterval(async () => {
      // A reader that does not keep up gets the newest state when it does, not a backlog.
      if (raw.writableNeedDrain) return;
      const current = await records.requests.get(request.id).catch(() => request);
      if (raw.writableEnded) return;
      if (!current) return end();
      request = current;
      if (performance.now() - lastSentAt > HEARTBEAT_MS) send(': still here\n\n');
      tell();
    }, EVENT_INTERVAL_MS);
    const end = () => {
      clearInterval(timer);
      if (streams.delete(end)) metrics.eventStreams.dec();
      call.raw.socket.off('close', end);
      free();
      raw.end();
    };
    streams.add(end);
    metrics.eventStreams.inc();
    // Of the socket, since an answer that waits behind another one on it (pipelining) hears nothing.
    call.raw.socket.once('close', end);
    raw.once('close', end);
    if (call.raw.socket.destroyed) end();
    else tell();
  };
}
