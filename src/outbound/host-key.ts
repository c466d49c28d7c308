// The key under which connections to a host are counted.

/** `name:port`, with the port that the scheme implies. */
export function hostKey({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
