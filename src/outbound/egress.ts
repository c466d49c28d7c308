// The address guard: the one way out to addresses that strangers choose, for images and for webhooks.
import dns from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, Pool } from 'undici';
import type { HostList } from '../util/parse-settings.ts';
import { type AddressClass, classOf, parseAddress, wrappedAddresses } from './addresses.ts';

/** What may be connected to. Plain data: it is sent to the image processes as JSON. */
export interface EgressPolicy {
  /** Private and loopback addresses may be connected to. Link-local, metadata and reserved ones still may not. */
  allowPrivate: boolean;
  /**
   * What may be connected to besides. An address or CIDR lets every class through; a name only what allowPrivate would,
   * because whoever answers for the name could point it at the metadata service.
   */
  allowed: HostList;
}

export interface GuardedAgentOptions {
  /** Milliseconds for DNS, TCP and TLS together. */
  connectTimeoutMs: number;
  /** Connections to one origin at once; null is no limit, for callers that count themselves. */
  connections?: number | null;
  /** Certificates to trust in place of the built-in ones, PEM. */
  ca?: string;
  /** Stands in for DNS, in tests. Its answers are checked like any other. */
  lookup?: LookupFunction;
}

/** The host is an address, or a name with an address, that the policy refuses. The message names the host only. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
  readonly code = 'ERR_BLOCKED_ADDRESS';
  readonly hostname: string;

  constructor(hostname: string) {
    super(`${hostname} leads to an address that may not be connected to`);
    this.hostname = hostname;
  }
}

// Idle connections are kept this long, whatever the server proposes: strangers must not make us collect sockets.
const KEEP_ALIVE_MS = 4_000;
const KEEP_ALIVE_MAX_MS = 10_000;
// How long one of several addresses may take before the next is tried. Node's 250 ms gives up on far hosts.
const NEXT_ADDRESS_MS = 500;

/**
 * An undici agent that connects only where `policy` lets it. Every connection passes three checks, so it does not matter
 * who asks for it (a redirect, a retry, a webhook):
 *  1. a host that is an IP literal, because literals never reach DNS;
 *  2. every address DNS answers with; one refused refuses them all, and the connection is made to the checked addresses,
 *     so a second, different answer (rebinding) is never asked for;
 *  3. the address the socket ended up with, in case either of the first two is got around.
 * A refusal is a BlockedAddressError from the request. Limit: what a public address forwards to cannot be seen from here.
 */
export function createGuardedAgent(policy: EgressPolicy, options: GuardedAgentOptions): Agent {
  const lookup = options.lookup ?? (dns.lookup as LookupFunction);
  // Lookups are not told the port, so each port with a rule of its own gets a connector, and all others share one. One
  // connector is also one store of TLS sessions.
  const ports = new Set(policy.allowed.hosts.map((entry) => entry.port));
  const connectors = new Map<string, buildConnector.connector>();

  function connectorFor(port: number, named: boolean) {
    const key = `${ports.has(port) ? port : ''} ${named}`;
    let connector = connectors.get(key);
    if (!connector) {
      const permits = (address: string) => isPermitted(address, port, policy, named);
      connector = buildConnector({
        timeout: options.connectTimeoutMs,
        lookup: guardedLookup(lookup, permits),
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      } as buildConnector.BuildOptions);
      connectors.set(key, connector);
    }
    return connector;
  }

  return new Agent({
    factory: createPool,
    connections: options.connections ?? null,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    connect(target, callback) {
      const host = target.hostname.toLowerCase();
      const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
      const named = namesHost(policy.allowed, host, port);
      if (isIP(host) !== 0 && !isPermitted(host, port, policy, named)) {
        process.nextTick(callback, new BlockedAddressError(host), null);
        return;
      }
      connectorFor(port, named)(target, (error, socket) => {
        if (error) return callback(error, null);
        if (isRefusedPeer(socket, port, policy, named)) {
          socket.on('error', () => {}).destroy();
          return callback(new BlockedAddressError(host), null);
        }
        callback(null, socket);
      });
    },
  });
}

/**
 * A pool that is silent once it is closed. The agent closes a pool whose connections have all ended, but goes on listening
 * to it under its origin; the last words of the old pool would close its successor, and so on: every request to that
 * origin would open a connection of its own from then on (undici 7.30.2).
 */
function createPool(origin: string | URL, options: object): Pool {
  const pool = new Pool(origin, options);
  const emit = pool.emit.bind(pool) as (...args: unknown[]) => boolean;
  return Object.assign(pool, { emit: (...args: unknown[]) => !pool.closed && emit(...args) });
}

/** Whether the policy lets a connection to this address and port through. Text that is no address is refused. */
export function isPermitted(text: string, port: number, policy: EgressPolicy, named = false): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  const canonical = address.toString();
  const { hosts, ranges } = policy.allowed;
  if (hosts.some((entry) => entry.host === canonical && (entry.port ?? port) === port)) return true;
  const fits = (class_: AddressClass) =>
    class_ === 'public' || (class_ === 'private' && (policy.allowPrivate || named));
  const isListed = (one: typeof address) =>
    ranges.some((range) => {
      const [start, prefix] = [ipaddr.parse(range.address), range.prefix];
      return start.kind() === one.kind() && one.match(start, prefix);
    });
  // An address that wraps another is judged as both: a listed 64:ff9b::/96 must not open 64:ff9b::127.0.0.1.
  return [address, ...wrappedAddresses(address)].every((one) => fits(classOf(one)) || isListed(one));
}

function namesHost(allowed: HostList, host: string, port: number): boolean {
  if (isIP(host) !== 0) return false;
  const bare = host.replace(/\.$/, ''); // `localhost.` is localhost
  return allowed.hosts.some((entry) => entry.host === bare && (entry.port ?? port) === port);
}

/** A lookup that fails when one of the answers is refused. Addresses are handed on as they came, to try one after the other. */
function guardedLookup(lookup: LookupFunction, permits: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, answers) => {
      if (error) return callback(error, []);
      const addresses = Array.isArray(answers) ? answers : [];
      if (!addresses.every(({ address }) => permits(address)))
        return callback(new BlockedAddressError(hostname), []);
      const first = addresses[0];
      if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function isRefusedPeer(socket: Socket, port: number, policy: EgressPolicy, named: boolean): boolean {
  // Undefined when the peer has hung up already: nothing was sent and nothing will be.
  return socket.remoteAddress !== undefined && !isPermitted(socket.remoteAddress, port, policy, named);
}
