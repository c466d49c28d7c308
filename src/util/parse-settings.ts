// The two settings with a syntax of their own.
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

export interface ApiKey {
  name: string;
  secret: string;
}

/** Reads `name:secret,…`. Throws on a key without a name or with a secret under 16 characters. */
export function parseApiKeys(text: string): ApiKey[] {
  return text.split(',').map((item) => {
    const [name = '', secret = ''] = item.trim().split(/:(.*)/s);
    if (!name || secret.length < 16)
      throw new Error('each key is name:secret with a secret of at least 16 characters');
    return { name, secret };
  });
}
