// The address table: every range of the SSRF matrix with its borders, every form that wraps an IPv4 address, and what the
// settings open.
import { expect, test } from 'vitest';
import { type AddressClass, classOf, parseAddress, wrappedAddresses } from '../../src/outbound/addresses.ts';
import { type EgressPolicy, isPermitted } from '../../src/outbound/egress.ts';
import { parseHostList } from '../../src/util/parse-settings.ts';

const policy = (allowPrivate: boolean, allowed = ''): EgressPolicy => ({
  allowPrivate,
  allowed: parseHostList(allowed),
});
const STRICT = policy(false);
const LOCAL = policy(true);

// The range, its class, its first and last address, and the neighbours on both sides (null where the table goes on).
const RANGES: [string, AddressClass, string, string, string | null, string | null][] = [
  ['0.0.0.0/8', 'never', '0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
  ['10.0.0.0/8', 'private', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['100.64.0.0/10', 'private', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['127.0.0.0/8', 'private', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['168.63.129.16/32', 'never', '168.63.129.16', '168.63.129.16', '168.63.129.15', '168.63.129.17'],
  ['169.254.0.0/16', 'never', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['172.16.0.0/12', 'private', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['192.0.0.0/24', 'never', '192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['192.0.2.0/24', 'never', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['192.88.99.0/24', 'never', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['192.168.0.0/16', 'private', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['198.18.0.0/15', 'private', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['198.51.100.0/24', 'never', '198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['203.0.113.0/24', 'never', '203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['224.0.0.0/4', 'never', '224.0.0.0', '239.255.255.255', '223.255.255.255', null],
  ['240.0.0.0/4', 'never', '240.0.0.0', '255.255.255.255', null, null],
  ['::', 'never', '::', '::', null, null],
  ['::1', 'private', '::1', '::1', null, null],
  ['::/96', 'private', '::2', '::ffff:ffff', null, null],
  ['::ffff:0:0/96', 'private', '::ffff:0:0', '::ffff:ffff:ffff', null, null],
  ['::ffff:0:0:0/96', 'private', '::ffff:0:0:0', '::ffff:0:ffff:ffff', null, null],
  ['64:ff9b::/96', 'private', '64:ff9b::', '64:ff9b::ffff:ffff', null, null],
  ['64:ff9b:1::/48', 'private', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', null, null],
  ['100::/64', 'never', '100::', '100::ffff:ffff:ffff:ffff', null, null],
  ['2001::/32', 'private', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff', '2000:ffff::', null],
  ['2001:2::/48', 'private', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff', null, null],
  ['2001:1::-2001:1ff::', 'never', '2001:1::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', null, '2001:200::'],
  ['2001:db8::/32', 'never', '2001:db8::', '2001:db8:ffff::ffff', '2001:db7:ffff::', '2001:db9::'],
  ['2002::/16', 'private', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:ffff::', '2003::'],
  ['3fff::/20', 'never', '3fff::', '3fff:fff:ffff::', '3ffe:ffff::', '3fff:1000::'],
  ['4000::-fbff::', 'never', '4000::', 'fbff:ffff::', '3fff:ffff::', null],
  ['fc00::/7', 'private', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['fd00:ec2::/32', 'never', 'fd00:ec2::', 'fd00:ec2::254', null, null],
  ['fd20:ce::254', 'never', 'fd20:ce::254', 'fd20:ce::254', null, null],
  ['fd00:42::42', 'never', 'fd00:42::42', 'fd00:42::42', null, null],
  ['fe80::/10', 'never', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['fec0::/10', 'private', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['ff00::/8', 'never', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
];

test.each(RANGES)(
  '%s is %s at both borders, and its neighbours are public',
  (_range, class_, first, last, below, above) => {
    for (const address of [first, last]) {
      expect([address, classOf(parseAddress(address)!)]).toEqual([address, class_]);
      expect([address, isPermitted(address, 80, STRICT)]).toEqual([address, false]);
      if (class_ === 'never') expect([address, isPermitted(address, 80, LOCAL)]).toEqual([address, false]);
    }
    for (const neighbour of [below, above]) {
      if (neighbour === null) continue;
      expect([neighbour, classOf(parseAddress(neighbour)!)]).toEqual([neighbour, 'public']);
      expect([neighbour, isPermitted(neighbour, 80, STRICT)]).toEqual([neighbour, true]);
    }
  },
);

test('100.100.100.200 is refused inside a range that may be opened, its neighbours are opened', () => {
  expect(
    ['100.100.100.199', '100.100.100.200', '100.100.100.201'].map((one) => isPermitted(one, 80, LOCAL)),
  ).toEqual([true, false, true]);
});

// An IPv6 address, and the IPv4 addresses it must be seen to wrap.
const WRAPPED: [string, string, string[]][] = [
  ['compatible', '::127.0.0.1', ['127.0.0.1']],
  ['mapped', '::ffff:7f00:1', ['127.0.0.1']],
  ['translated', '::ffff:0:a9fe:a9fe', ['169.254.169.254']],
  ['NAT64', '64:ff9b::a9fe:a9fe', ['169.254.169.254']],
  ['NAT64 of local use, /96', '64:ff9b:1::a9fe:a9fe', ['169.254.169.254']],
  ['NAT64 of local use, /48', '64:ff9b:1:a9fe:a9:fe00::', ['169.254.169.254']],
  ['6to4', '2002:a9fe:a9fe::1', ['169.254.169.254']],
  ['Teredo, server and client', '2001:0:a00:1::5601:5601', ['10.0.0.1', '169.254.169.254']],
  ['ISATAP', '2a00:1450::5efe:a9fe:a9fe', ['169.254.169.254']],
  ['ISATAP, universal', '2a00:1450::200:5efe:a9fe:a9fe', ['169.254.169.254']],
  ['none', '2a00:1450::1', []],
];

test.each(WRAPPED)('%s: %s wraps %j', (_form, address, wrapped) => {
  expect(wrappedAddresses(parseAddress(address)!).map(String).sort()).toEqual([...wrapped].sort());
});

test('a wrapped metadata address is refused even where private networks are allowed', () => {
  const around = [
    '::a9fe:a9fe',
    '::ffff:a9fe:a9fe',
    '::ffff:0:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '64:ff9b:1:a9fe:a9:fe00::',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::1',
    '2001::5601:5601',
    '2a00:1450::5efe:a9fe:a9fe',
    '2a00:1450::200:5efe:a9fe:a9fe',
  ];
  expect(around.filter((address) => isPermitted(address, 80, LOCAL))).toEqual([]);
});

test('a wrapped loopback address opens with private networks and not before', () => {
  const around = ['::7f00:1', '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', '2a00:1450::5efe:7f00:1'];
  expect(around.map((address) => isPermitted(address, 80, STRICT))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(around.map((address) => isPermitted(address, 80, LOCAL))).toEqual([true, true, true, true, true]);
});

test('private and loopback addresses open with private networks and not before', () => {
  const local = [
    '10.0.0.1',
    '127.0.0.1',
    '::1',
    '100.64.0.1',
    '192.168.0.1',
    '172.16.0.1',
    '198.18.0.1',
    'fd12::1',
    'fec0::1',
  ];
  expect(local.filter((address) => isPermitted(address, 80, STRICT))).toEqual([]);
  expect(local.filter((address) => !isPermitted(address, 80, LOCAL))).toEqual([]);
});

test('forms that wrap a public address are refused as ranges of their own', () => {
  const around = [
    '::8.8.8.8',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::',
    '2001:0:808:808::f7f7:f7f7',
  ];
  expect(around.filter((address) => isPermitted(address, 80, STRICT))).toEqual([]);
});

test('public addresses are permitted', () => {
  const some = [
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '172.64.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
  ];
  expect(some.filter((address) => !isPermitted(address, 80, STRICT))).toEqual([]);
});

test('what is no address is refused, with every setting', () => {
  const none = [
    '',
    'localhost',
    '127.1',
    '0x7f.1',
    '2130706433',
    '10',
    '1.2.3',
    '::g',
    'fe80::1%eth0',
    '[::1]',
  ];
  expect(none.filter((text) => isPermitted(text, 80, LOCAL))).toEqual([]);
});

test('ALLOWED_HOSTS opens an address at its port, at every port, and CIDRs', () => {
  const listed = policy(
    false,
    '10.0.0.5:9000, 192.168.1.1, 172.16.0.0/16, 169.254.169.254, [fd00::5]:81, fd00:1::/32',
  );
  const asked: [string, number, boolean][] = [
    ['10.0.0.5', 9000, true],
    ['10.0.0.5', 80, false],
    ['10.0.0.6', 9000, false],
    ['192.168.1.1', 1, true],
    ['172.16.255.255', 80, true],
    ['172.17.0.0', 80, false],
    ['169.254.169.254', 80, true],
    ['169.254.169.253', 80, false],
    ['fd00::5', 81, true],
    ['fd00::5', 80, false],
    ['fd00:1:ffff::1', 80, true],
    ['fd00:2::1', 80, false],
  ];
  expect(asked.map(([address, port]) => [address, port, isPermitted(address, port, listed)])).toEqual(asked);
});

test('a listed range does not open the private addresses that its addresses wrap', () => {
  const nat64 = policy(false, '64:ff9b::/96');
  expect(isPermitted('64:ff9b::808:808', 80, nat64)).toBe(true);
  expect(isPermitted('64:ff9b::7f00:1', 80, nat64)).toBe(false);
  expect(isPermitted('64:ff9b::a9fe:a9fe', 80, nat64)).toBe(false);
});

test('the policy is plain data', () => {
  const listed = policy(false, 'localhost:8001, 10.0.0.0/8, [::1]:80');
  expect(JSON.parse(JSON.stringify(listed))).toEqual(listed);
});
