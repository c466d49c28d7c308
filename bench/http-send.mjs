// One request of `npm run fuzz:http` over a socket: what stands for something is filled in, and the answer read within bounds.
import { Agent, request } from 'node:http';

const ANSWER_BYTES = 4 * 1024 * 1024;
const SILENT_MS = 60_000;
/** Events of a request that goes on for long are not waited for. */
const EVENTS_MS = 150;

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
export const closeConnections = () => agent.destroy();

/** A case as it goes over the wire, with `known` filled in: { id, delivery: lists; cursor, origin, receiver: texts }. */
export function toWire({ method, path, query = [], headers, body }, known) {
  const fill = (text) =>
    text.replace(/\{\{(\w+)(?::(\d+))?\}\}/g, (_, name, index) => {
      const value = known[name];
      return (Array.isArray(value) ? value[Number(index) % value.length] : value) ?? 'none';
    });
  const escaped = (text) => encodeURIComponent(fill(text).toWellFormed());
  const search = eachOf(query)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .join('&');
  const wire = { method, path: fill(path) + (search && `?${search}`), headers: { ...headers } };
  if (body?.form) Object.assign(wire, asForm(body.form, fill, wire.headers));
  else if (body) {
    if (body.type !== undefined) wire.headers['content-type'] = body.type;
    wire.body =
      body.base64 === undefined ? Buffer.from(fill(body.text ?? '')) : Buffer.from(body.base64, 'base64');
  }
  if (wire.body) wire.headers['content-length'] = String(wire.body.length);
  wire.headBytes = wire.path.length + Object.entries(wire.headers).join().length;
  return wire;
}

/** Names with their values, of which some are lists: the name comes again. */
const eachOf = (entries) => entries.flatMap(([name, value]) => [value].flat().map((one) => [name, one]));

function asForm({ fields, file, name, before }, fill, headers) {
  const boundary = 'fuzz-boundary';
  const quoted = (text) => text.replace(/["\r\n\0]/g, '_');
  const part = (head, text) => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const texts = eachOf(Object.entries(fields))
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => part(`name="${quoted(field)}"`, fill(String(value))));
  const files =
    file === undefined
      ? []
      : [part(`name="file"; filename="${quoted(name)}"\r\ncontent-type: text/csv`, fill(file))];
  const parts = before ? [...files, ...texts] : [...texts, ...files];
  const body = Buffer.from(`${parts.join('')}--${boundary}--\r\n`);
  return { headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` }, body };
}

/** Resolves to status, headers, type without parameters, and the body as text; rejects when no whole answer came. */
export async function send(url, wire) {
  try {
    return await sendOver(agent, url, wire);
  } catch (error) {
    // A server may end a connection just as the next request goes out on it: any client sends that again on a new one.
    if (!error.reused) throw error;
    return sendOver(false, url, wire);
  }
}

function sendOver(agent, url, { method, path, headers, body }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({
      hostname,
      port,
      method,
      path,
      headers,
      agent,
      setHost: headers.host === undefined,
    });
    call.setTimeout(SILENT_MS, () => call.destroy(new Error(`silent for ${SILENT_MS / 1000} s`)));
    call.on('error', (error) =>
      reject(Object.assign(error, { reused: call.reusedSocket && error.code === 'ECONNRESET' })),
    );
    call.on('response', (response) => {
      const chunks = [];
      let bytes = 0;
      const type = (response.headers['content-type'] ?? '').split(';')[0].trim();
      const done = () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          type,
          body: Buffer.concat(chunks).toString(),
        });
      const enough = () => {
        done();
        response.destroy();
      };
      if (type === 'text/event-stream') setTimeout(enough, EVENTS_MS);
      response.on('data', (chunk) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES) enough();
      });
      response.on('end', done);
      response.on('error', reject);
    });
    call.end(body);
  });
}

/** The same request for a shell. */
export function toCurl(url, { method, path, headers, body }) {
  const quote = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;
  const lines = Object.entries(headers)
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const data = body ? `echo ${body.toString('base64')} | base64 -d | ` : '';
  const from = body ? ' --data-binary @-' : '';
  return `${data}curl -i --path-as-is -X ${method} ${lines.join(' ')}${from} ${quote(url + path)}`;
}
