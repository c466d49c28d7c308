// The settings with a syntax of their own.
import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/** What ALLOWED_HOSTS lets through although it is private. Hosts are lower case, without brackets. */
export interface HostList {
  hosts: { host: string; port: number | null }[];
  ranges: { address: string; prefix: number }[];
}

/** Reads `host`, `host:port`, `[v6]`, `[v6]:port` and CIDRs, comma-separated. Throws on what is none of them. */
export function parseHostList(text: string): HostList {
  const list: HostList = { hosts: [], ranges: [] };
  for (const item of text.split(',').map((part) => part.trim().toLowerCase())) {
    if (item === '') continue;
    if (item.includes('/')) {
      const [address, prefix] = ipaddr.parseCIDR(item);
      list.ranges.push({ address: address.toString(), prefix });
      continue;
    }
    if (ipaddr.isValid(item)) {
      list.hosts.push({ host: ipaddr.parse(item).toString(), port: null });
      continue;
    }
    const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/.exec(item);
    if (!match) throw new Error(`'${item}' is no host, host:port or CIDR`);
    const host = match[1] ? ipaddr.parse(match[1]).toString() : match[2]!;
    list.hosts.push({ host, port: match[3] ? Number(match[3]) : null });
  }
  return list;
}

/** Reads a number of proxies, or their addresses and CIDRs, comma-separated. Throws on what is neither. */
export function parseTrustProxy(text: string): number | string[] {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  return text.split(',').map((part) => {
    const item = part.trim();
    if (!ipaddr.isValid(item) && !ipaddr.isValidCIDR(item))
      throw new Error(`'${item}' is no number of proxies, address or CIDR`);
    return item;
  });
}

export interface ApiKey {
  /** Who it is: requests belong to it. */
  name: string;
  /** Of the secret, which is kept nowhere. */
  digest: Buffer;
}

/** Reads `name:secret,…`. Throws on a name or a secret that cannot be one, or comes twice; no secret is in the message. */
export function parseApiKeys(text: string): ApiKey[] {
  const keys = text.split(',').map((item): ApiKey => {
    const [name = '', secret = ''] = item.trim().split(/:(.*)/s);
    if (!/^[\w.-]+$/.test(name) || secret.length < 16) {
      throw new Error(
        'each key is name:secret, the name of letters, digits, `.`, `_` and `-`, the secret of at least 16 characters',
      );
    }
    return { name, digest: digestOf(secret) };
  });
  for (const [index, { name, digest }] of keys.entries()) {
    const before = keys.slice(0, index);
    if (before.some((key) => key.name === name)) throw new Error(`two keys have the name '${name}'`);
    const same = before.find((key) => key.digest.equals(digest));
    if (same) throw new Error(`'${same.name}' and '${name}' have the same secret`);
  }
  return keys;
}

/** Of a secret of random characters: those cannot be tried out, so no slow hash is needed. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export interface RedisAddress {
  url: string;
  /** In front of every key, so that several installations can share one Redis. */
  prefix: string;
}

/** Takes `redis[s]://[user:password@]host[:port][/db][?prefix=…]` apart. Throws when it is none. */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^rediss?:$/.test(url.protocol) || !url.hostname) {
    throw new Error('must be redis://HOST[:PORT][/DB][?prefix=NAME], or rediss://…');
  }
  const prefix = url.searchParams.get('prefix') ?? 'halve';
  if (!/^[\w-]+$/.test(prefix)) throw new Error('its prefix may have letters, digits, - and _ only');
  if (!/^\/?\d*$/.test(url.pathname)) throw new Error('its path must be the number of a database');
  url.search = '';
  return { url: url.href, prefix };
}
