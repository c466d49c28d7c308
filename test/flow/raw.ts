// Bytes sent as they are, for what no HTTP client would send.
import { connect } from 'node:net';

export interface Answer {
  /** Of every answer on the connection, in order. */
  statuses: number[];
  /** Codes of the problem documents among them. */
  codes: string[];
  text: string;
}

/** How long a connection may take to be closed by the server; past it the server hangs. */
const HANG_MS = 30_000;

/** Sends bytes and waits until the server closes the connection. */
export function sendRaw(url: string, bytes: Buffer | string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection stays open after: ${bytes.toString('latin1').slice(0, 200)}`));
    }, HANG_MS);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    // A server that has refused a body may close while it is still being sent.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(late);
      resolve({
        text,
        statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
        codes: [...text.matchAll(/"code":"(\w+)","detail"/g)].map(([, code]) => code!),
      });
    });
    socket.write(bytes);
  });
}
