// Which IP addresses may be connected to at all: the table of special ranges, and nothing else (no DNS, no settings).
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * `public` may be connected to; `private` only where private networks are allowed (private, loopback, shared, and
 * forms that wrap an IPv4 address); `never` not even there (link-local, cloud metadata, unspecified, multicast, reserved).
 */
export type AddressClass = 'public' | 'private' | 'never';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [range: string, class_: AddressClass];

// First match wins, so the narrow ranges stand above the wide ones. What no line names is public.
const IPV4_RANGES: Range[] = [
  ['0.0.0.0/8', 'never'], // this network: Linux connects 0.0.0.0 to itself
  ['10.0.0.0/8', 'private'],
  ['100.100.100.200/32', 'never'], // metadata, Alibaba
  ['100.64.0.0/10', 'private'], // carrier NAT, and VPNs such as Tailscale
  ['127.0.0.0/8', 'private'],
  ['168.63.129.16/32', 'never'], // the host of every Azure machine; a public number that only looks harmless
  ['169.254.0.0/16', 'never'], // link-local, with the metadata of most clouds at .169.254
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'never'], // protocol assignments, with Oracle's metadata at .192
  ['192.0.2.0/24', 'never'], // documentation
  ['192.88.99.0/24', 'never'], // 6to4 relays
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'private'], // benchmarks; local proxies answer DNS with it, so allowing private opens it
  ['198.51.100.0/24', 'never'], // documentation
  ['203.0.113.0/24', 'never'], // documentation
  ['224.0.0.0/4', 'never'], // multicast
  ['240.0.0.0/4', 'never'], // reserved, and broadcast
];

// Here what no line names is refused: only 2000::/3 has ever been given out as public.
const IPV6_RANGES: Range[] = [
  ['::/128', 'never'],
  ['::1/128', 'private'],
  ['::/96', 'private'], // IPv4-compatible; ipaddr.js calls it unicast
  ['::ffff:0:0/96', 'private'], // IPv4-mapped
  ['::ffff:0:0:0/96', 'private'], // IPv4-translated
  ['64:ff9b::/96', 'private'], // NAT64
  ['64:ff9b:1::/48', 'private'], // NAT64, local use
  ['fd00:ec2::/32', 'never'], // metadata and other services of an AWS machine
  ['fd20:ce::254/128', 'never'], // metadata, Google
  ['fd00:42::42/128', 'never'], // metadata, Scaleway
  ['fc00::/7', 'private'],
  ['fec0::/10', 'private'], // site-local, given up in 2004
  ['2001::/32', 'private'], // Teredo
  ['2001:2::/48', 'private'], // benchmarks
  ['2001::/23', 'never'], // protocol assignments
  ['2001:db8::/32', 'never'], // documentation
  ['2002::/16', 'private'], // 6to4
  ['3fff::/20', 'never'], // documentation
  ['2000::/3', 'public'],
  ['::/0', 'never'],
];

const tables = {
  ipv4: IPV4_RANGES.map(([range, class_]) => [ipaddr.IPv4.parseCIDR(range), class_] as const),
  ipv6: IPV6_RANGES.map(([range, class_]) => [ipaddr.IPv6.parseCIDR(range), class_] as const),
};

/** The address that a text names, or null when it is none. Zone ids are dropped: a zone changes the link, not the range. */
export function parseAddress(text: string): Address | null {
  const bare = text.split('%')[0]!;
  // ipaddr.js alone would also read `10` and `0177.1` as addresses, which sockets and URLs do not.
  return isIP(bare) === 0 ? null : ipaddr.parse(bare);
}

/** The class of an address by its own range, not looking at what it wraps. */
export function classOf(address: Address): AddressClass {
  const line =
    address.kind() === 'ipv4'
      ? tables.ipv4.find(([range]) => (address as ipaddr.IPv4).match(range))
      : tables.ipv6.find(([range]) => (address as ipaddr.IPv6).match(range));
  return line ? line[1] : 'public';
}

// Where the forms that wrap an IPv4 address keep it, as the number of its first byte. A gateway unwraps these and connects
// to the IPv4 address inside.
const WRAPPED_AT = (
  [
    ['::/96', 12],
    ['::ffff:0:0/96', 12],
    ['::ffff:0:0:0/96', 12],
    ['64:ff9b::/96', 12],
    ['2002::/16', 2],
    ['2001::/32', 4], // the Teredo server; the client is below
  ] as const
).map(([range, at]) => [ipaddr.IPv6.parseCIDR(range), at] as const);
const LOCAL_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48');
const TEREDO = ipaddr.IPv6.parseCIDR('2001::/32');

/** The IPv4 addresses that an IPv6 address wraps, in any of the known forms; none for most addresses. */
export function wrappedAddresses(address: Address): ipaddr.IPv4[] {
  if (address.kind() === 'ipv4') return [];
  const v6 = address as ipaddr.IPv6;
  if (v6.range() === 'loopback') return []; // not IPv4-compatible 0.0.0.1
  const bytes = v6.toByteArray();
  const found = WRAPPED_AT.filter(([range]) => v6.match(range)).map(([, at]) => bytes.slice(at, at + 4));
  if (v6.match(TEREDO)) found.push(bytes.slice(12).map((byte) => byte ^ 0xff));
  if (v6.match(LOCAL_NAT64)) {
    // The local prefix has 96 bits, or 48: then the last bytes are empty, and bits 64-71 are skipped (RFC 6052, 2.2).
    const last = bytes.slice(12);
    found.push(last.some((byte) => byte !== 0) ? last : [bytes[6]!, bytes[7]!, bytes[9]!, bytes[10]!]);
  }
  // ISATAP hides in the last 64 bits of any prefix: 0000:5efe or 0200:5efe, then the IPv4 address.
  if ((bytes[8]! & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe)
    found.push(bytes.slice(12));
  return found.map((four) => new ipaddr.IPv4(four));
}
