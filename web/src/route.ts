// The address bar: `#/` is the start, `#/requests/{id}` one request, so that a reload comes back to it.
import { useEffect, useState } from 'preact/hooks';

export type Route = { name: 'start' } | { name: 'request'; id: string };

export const START = '#/';

export function hrefOf(requestId: string): string {
  return `#/requests/${encodeURIComponent(requestId)}`;
}

export function goTo(href: string): void {
  location.hash = href;
}

function routeOf(hash: string): Route {
  const id = /^#\/requests\/([^/]+)$/.exec(hash)?.[1];
  return id === undefined ? { name: 'start' } : { name: 'request', id: decodeURIComponent(id) };
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => setHash(location.hash);
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return routeOf(hash);
}
