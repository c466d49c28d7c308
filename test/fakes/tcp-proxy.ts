// A TCP proxy on the loopback address that does what a network does on a bad day, by script: waits, cuts, refuses, freezes.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type Weather =
  | { kind: 'clear' }
  /** Every piece of data, in either direction, arrives this many milliseconds later. */
  | { kind: 'delay'; ms: number }
  /** Data is taken and goes nowhere, connections stay open: what a lost route looks like. What was taken is sent when it ends. */
  | { kind: 'frozen' }
  /** New connections are broken off at once, and so is what is open. */
  | { kind: 'refusing' }
  /** After so many bytes from the target, counted from now, the connection that carries the last of them is broken off. */
  | { kind: 'cut'; afterBytes: number };

/** Stands in front of `target` (a URL with host and port) until the test ends. */
export async function startProxy(target: string) {
  const { hostname, port: targetPort } = new URL(target);
  const pairs = new Set<Pair>();
  let weather: Weather = { kind: 'clear' };
  let leftToCut = 0;
  let cuts = 0;

  const server = createServer((client) => {
    if (weather.kind === 'refusing') {
      client.on('error', () => {}).resetAndDestroy();
      return;
    }
    const upstream = connect(Number(targetPort), hostname);
    const pair: Pair = { ends: [client, upstream], held: [] };
    pairs.add(pair);
    carry(pair, client, upstream, false);
    carry(pair, upstream, client, true);
  });

  function carry(pair: Pair, from: Socket, to: Socket, fromTarget: boolean): void {
    from.on('data', (data: Buffer) => {
      if (fromTarget && weather.kind === 'cut') {
        leftToCut -= data.length;
        if (leftToCut <= 0) {
          to.write(data.subarray(0, data.length + leftToCut));
          weather = { kind: 'clear' };
          cuts++;
          breakOff(pair);
          return;
        }
      }
      if (weather.kind === 'frozen' || pair.held.length > 0) pair.held.push(() => to.write(data));
      else if (weather.kind === 'delay') setTimeout(() => to.write(data), weather.ms);
      else to.write(data);
    });
    from.on('error', () => breakOff(pair));
    from.on('close', () => {
      pairs.delete(pair);
      to.end();
    });
  }

  function breakOff(pair: Pair): void {
    pairs.delete(pair);
    for (const end of pair.ends) if (!end.destroyed) end.resetAndDestroy();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const through = new URL(target);
  through.hostname = '127.0.0.1';
  through.port = String(port);

  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const pair of pairs) breakOff(pair);
    await closed;
  });

  return {
    /** The target's URL, by way of the proxy. */
    url: through.href.replace(/\/$/, target.endsWith('/') ? '/' : ''),
    /** Connections open now. */
    get connections() {
      return pairs.size;
    },
    /** Connections that a `cut` has broken off. */
    get cuts() {
      return cuts;
    },
    turn(next: Weather) {
      weather = next;
      if (next.kind === 'cut') leftToCut = next.afterBytes;
      if (next.kind === 'refusing') for (const pair of pairs) breakOff(pair);
      if (next.kind !== 'frozen') {
        for (const pair of pairs) for (const send of pair.held.splice(0)) send();
      }
    },
    /** Breaks off every connection there is; new ones are let through. */
    cutNow() {
      for (const pair of pairs) breakOff(pair);
    },
  };
}

interface Pair {
  ends: [Socket, Socket];
  /** What was taken while frozen, in order. */
  held: (() => void)[];
}
