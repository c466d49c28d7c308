// The address bar: `#/` is the start, `#/requests` the list, `#/requests/{id}` one request, so that a reload comes back.
import { useEffect, useState } from 'preact/hooks';

export type Route = { name: 'start' } | { name: 'requests' } | { name: 'request'; id: string };

export const START = '#/';
export const REQUESTS = '#/requests';

export function hrefOf(requestId: string): string {
  return `${REQUESTS}/${encodeURIComponent(requestId)}`;
}

export function goTo(href: string): void {
  location.hash = href;
}

function routeOf(hash: string): Route {
  if (/^#\/requests\/?$/.test(hash)) return { name: 'requests' };
  const id = /^#\/requests\/([^/]+)$/.exec(hash)?.[1];
  return id === undefined ? { name: 'start' } : { name: 'request', id: decoded(id) };
}

/** An address that somebody cut in the middle of an escape leads to no request, and breaks nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => {
      setHash(location.hash);
      scrollTo(0, 0);
    };
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return routeOf(hash);
}
