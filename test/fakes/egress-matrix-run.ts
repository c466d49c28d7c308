// The attack on the address guard: every form of every address it must refuse, over every way a URL can lead there, against
// canaries that listen on all of them. Runs in a network namespace of its own (`unshare -n`), where every address in the
// world is this machine and nothing can leave. Started by egress-matrix.test.ts; prints one line of JSON.
import { spawnSync } from 'node:child_process';
import dns from 'node:dns';
import { readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, isIP, type LookupFunction } from 'node:net';
import { request } from 'undici';
import { createFetcher } from '../../src/image/fetch/fetch.ts';
import { createGuardedAgent, type EgressPolicy } from '../../src/outbound/egress.ts';
import { parseHostList } from '../../src/util/parse-settings.ts';
import { ALWAYS_REFUSED, PRIVATE } from './egress-forms.ts';

const PUBLIC_4 = '93.184.216.34';
const PUBLIC_6 = '2606:2800:220:1::1';
const FORMS = [...PRIVATE, ...ALWAYS_REFUSED];

/** What the test asserts. `reached` are connections at canaries; all counts are exact. */
export interface MatrixResult {
  forms: number;
  /** Forms that a socket without the guard does reach: what the canaries are worth. */
  reachableUnguarded: number;
  unreachable: string[];
  tries: Record<string, number>;
  /** Tries that did not end as blocked_address, by way and form. */
  notBlocked: string[];
  reached: string[];
  /** Connections to the public address while attacking: only rebinding may make them, one for each name. */
  publicConnections: number;
  /** Questions to DNS while attacking: one for each connection that was tried by name, or a second answer was asked for. */
  lookups: number;
  controls: Record<string, boolean>;
}

// In the namespace of the machine this would be an attack on it, so be sure first: a fresh one has loopback alone, down.
function isolate(): void {
  const links = readdirSync('/sys/class/net').filter((name) => name !== 'lo');
  const fresh = spawnSync('ip', ['-o', 'addr', 'show']);
  if (fresh.status !== 0) throw new Error('needs ip (iproute2)');
  if (String(fresh.stdout).trim() !== '') throw new Error(`not a fresh network namespace (${links.join()})`);
  for (const line of [
    'link set lo up',
    'route add local default dev lo',
    '-6 route add local default dev lo',
  ]) {
    const { status, stderr } = spawnSync('ip', line.split(' '));
    if (status !== 0) throw new Error(`ip ${line}: ${stderr}`);
  }
}

const connections: string[] = [];
async function listen(port: number, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  if (port !== 8080)
    server.on('connection', (socket) => {
      connections.push(`${(socket.localAddress ?? '').replace('::ffff:', '')} ${port}`);
    });
  await new Promise<void>((resolve) => server.listen({ port, host: '::' }, resolve));
}
const isPublic = (line: string) => line.startsWith(`${PUBLIC_4} `) || line.startsWith(`${PUBLIC_6} `);

/** /302?form leads to the form; /chain?form gets there over two more hops of this server. */
function redirect(request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const form = decodeURIComponent(query);
  const location =
    path === '/chain' ? `/chain2?${query}` : path === '/chain2' ? `/307?${query}` : asLocation(form);
  response.writeHead(Number(path.slice(1)) || 302, { location, connection: 'close' }).end();
}

/** The form as a header; forms that are relative to this server (`http:127.0.0.1`) are folded first, to lead away from it. */
function asLocation(form: string): string {
  const base = `http://${PUBLIC_4}:8080/`;
  const folded = new URL(form);
  return Buffer.from(new URL(form, base).host === folded.host ? form : folded.href).toString('latin1');
}

async function main(): Promise<MatrixResult> {
  isolate();
  await listen(80, (_request, response) => response.writeHead(200, { connection: 'close' }).end('SECRET'));
  await listen(8001, (_request, response) => response.writeHead(200, { connection: 'close' }).end('SECRET'));
  await listen(8080, redirect);

  /** DNS by table: each name gives its answers in turn, the last from then on. */
  const answers = new Map<string, string[][]>();
  // Left to the system these would be asked of servers that the namespace cannot reach; many of them answer so.
  answers.set('localhost.', [['127.0.0.1', '::1']]);
  let lookups = 0;
  const lookup: LookupFunction = (hostname, options, callback) => {
    const list = answers.get(hostname);
    if (!list) return dns.lookup(hostname, { ...options, all: true }, callback);
    lookups += 1;
    const now = list.length > 1 ? list.shift()! : list[0]!;
    callback(
      null,
      now.map((address) => ({ address, family: isIP(address) })),
    );
  };
  const unreachable: string[] = [];
  for (const form of FORMS) {
    const host = new URL(form).hostname.replace(/^\[|\]$/g, '');
    const before = connections.length;
    await new Promise<void>((resolve) => {
      const socket = connect({ host, port: 80, lookup }, () => setTimeout(() => socket.destroy(), 2));
      socket.on('error', () => {}).on('close', () => resolve());
    });
    if (connections.length === before) unreachable.push(form);
  }
  connections.length = 0;
  lookups = 0;

  const tries: Record<string, number> = {};
  const notBlocked: string[] = [];
  const strict: EgressPolicy = { allowPrivate: false, allowed: parseHostList('') };
  const local: EgressPolicy = { allowPrivate: true, allowed: parseHostList('') };

  const limits = { timeoutMs: 5_000, maxBytes: 1_000, lookup };
  const images = createFetcher({ policy: strict, ...limits });
  const images2 = createFetcher({ policy: local, ...limits });

  async function attack(way: string, form: string, url: string, fetcher = images): Promise<void> {
    tries[way] = (tries[way] ?? 0) + 1;
    const result = await fetcher.fetchImage(url);
    if (result.status !== 'failed' || result.code !== 'blocked_address')
      notBlocked.push(`${way} ${form} ${JSON.stringify(result)}`);
  }

  const webhooks = createGuardedAgent(strict, { connectTimeoutMs: 5_000, lookup });
  for (const form of FORMS) {
    await attack('direct', form, form);
    for (const way of ['301', '302', '303', '307', '308', 'chain'])
      await attack(way, form, `http://${PUBLIC_4}:8080/${way}?${encodeURIComponent(form)}`);
    tries.post = (tries.post ?? 0) + 1;
    const error: unknown = await request(form, { method: 'POST', body: '{}', dispatcher: webhooks }).catch(
      (thrown) => thrown,
    );
    if (!(error instanceof Error) || error.name !== 'BlockedAddressError')
      notBlocked.push(`post ${form} ${error}`);
  }
  for (const form of ALWAYS_REFUSED) await attack('private allowed', form, form, images2);

  const addresses = [...new Set(FORMS.map((form) => new URL(form).hostname.replace(/^\[|\]$/g, '')))].filter(
    isIP,
  );
  let number = 0;
  for (const address of addresses) {
    const name = (...list: string[][]) => {
      number += 1;
      answers.set(`n${number}.test`, list);
      return `http://n${number}.test/`;
    };
    await attack('name', address, name([address]));
    await attack('public and blocked', address, name([PUBLIC_4, address]));
    await attack('blocked and public', address, name([address, PUBLIC_4]));
    await attack(
      'A and AAAA',
      address,
      name(isIP(address) === 4 ? [PUBLIC_6, address] : [PUBLIC_4, address]),
    );
    await attack(
      'name by redirect',
      address,
      `http://${PUBLIC_4}:8080/302?${encodeURIComponent(name([address]))}`,
    );
    const rebinding = name([PUBLIC_4], [address]);
    const first = await images.fetchImage(rebinding);
    if (first.status !== 'fetched') notBlocked.push(`rebinding: the first answer is public ${address}`);
    await attack('rebinding', address, rebinding);
  }
  const attacked = connections.splice(0);
  const attackLookups = lookups;

  // The other way round: what is allowed does connect, and only that. Otherwise a guard that refuses everything would pass.
  const listed = parseHostList(
    '10.1.2.3, 10.1.2.4:80, internal.test, ported.test:80, fd00:77::/32, 169.254.9.9, [::1]:80, localhost',
  );
  const allowing = createFetcher({ policy: { allowPrivate: false, allowed: listed }, ...limits });
  answers.set('internal.test', [['10.1.2.5', 'fd00::5']]);
  answers.set('internal.test.', [['10.1.2.5']]);
  answers.set('ported.test', [['10.1.2.6']]);
  answers.set('other.test', [['10.1.2.3']]);
  answers.set('metadata.test', [['169.254.169.254']]);
  answers.set('public.test', [[PUBLIC_6, PUBLIC_4]]);
  const metadata = createFetcher({
    policy: { allowPrivate: true, allowed: parseHostList('metadata.test') },
    ...limits,
  });
  const controls: Record<string, boolean> = {};
  const control = async (name: string, url: string, fetcher: typeof images) => {
    const before = connections.length;
    const result = await fetcher.fetchImage(url);
    controls[`${name} ${url}`] = result.status === 'fetched' && connections.length === before + 1;
  };
  for (const url of [
    'http://10.1.2.3/',
    'http://10.1.2.3:8001/',
    'http://10.1.2.4/',
    'http://internal.test/',
  ])
    await control('listed', url, allowing);
  for (const url of [
    'http://internal.test.:8001/',
    'http://ported.test/',
    'http://other.test/',
    'http://[fd00:77::1]/',
  ])
    await control('listed', url, allowing);
  for (const url of ['http://169.254.9.9/', 'http://[::1]/', 'http://localhost/', 'http://localhost.:8001/'])
    await control('listed', url, allowing);
  for (const url of [
    'http://10.1.2.4:8001/',
    'http://ported.test:8001/',
    'http://10.1.2.5/',
    'http://[::1]:8001/',
  ])
    await control('not listed', url, allowing);
  await control('not by name', 'http://metadata.test/', metadata);
  for (const url of [`http://${PUBLIC_4}/`, `http://[${PUBLIC_6}]/`, 'http://public.test/'])
    await control('public', url, images);
  for (const url of [
    'http://127.0.0.1/',
    'http://10.0.0.1/',
    'http://localhost/',
    'http://[::1]/',
    'http://[fd00::1]/',
  ])
    await control('private allowed', url, images2);

  return {
    forms: FORMS.length,
    reachableUnguarded: FORMS.length - unreachable.length,
    unreachable,
    tries,
    notBlocked,
    reached: attacked.filter((line) => !isPublic(line)),
    publicConnections: attacked.filter(isPublic).length,
    lookups: attackLookups,
    controls,
  };
}

main().then(
  (result) => {
    process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`, () => process.exit(1));
  },
);
