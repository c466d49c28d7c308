// Share links of file hosts: pages for people, asked for as the file that they show.

interface Rule {
  host: RegExp;
  path: RegExp;
  /** The address of the file; null when the link lacks what is needed. `match` is that of the path. */
  rewrite(url: URL, match: RegExpExecArray): URL | null;
}

const RULES: readonly Rule[] = [
  {
    host: /^(?:drive|docs)\.google\.com$/,
    path: /^\/(?:a\/[^/]+\/)?(?:u\/\d+\/)?file\/(?:u\/\d+\/)?d\/([\w-]+)/,
    rewrite: (url, match) => googleDownload(url, match[1]),
  },
  {
    host: /^(?:drive|docs)\.google\.com$/,
    path: /^\/(?:a\/[^/]+\/)?(?:u\/\d+\/)?(?:open|uc)$/,
    rewrite: (url) => googleDownload(url, url.searchParams.get('id')),
  },
  {
    // /s/ID/NAME as it was, /scl/fi/ID/NAME?rlkey=… as it is; /sh/ and /scl/fo/ are folders.
    host: /^(?:www\.)?dropbox\.com$/,
    path: /^\/(?:s|scl\/fi)\//,
    rewrite: (url) => withParameter(url, 'dl', '1', ['raw']),
  },
  {
    host: /^onedrive\.live\.com$/,
    path: /^\/(?:embed|redir|redir\.aspx|)$/,
    rewrite: (url) => {
      const item = url.searchParams.get('resid') ?? url.searchParams.get('id');
      if (item === null) return null;
      const download = new URL(url);
      download.pathname = '/download';
      return withParameter(download, 'resid', item);
    },
  },
  // A path `/:i:/…` is a shared picture, `/:f:/…` a folder; both hosts send such a link on to the file itself.
  {
    host: /\.sharepoint\.com$/,
    path: /^\/:[iu]:\//,
    rewrite: (url) => withParameter(url, 'download', '1'),
  },
  {
    host: /^1drv\.ms$/,
    path: /^\/[iu]\//,
    rewrite: (url) => withParameter(url, 'download', '1'),
  },
];

/** Where the file of a share link is. Any other URL, and a link to a folder, comes back as it is. */
export function directDownload(url: URL): URL {
  for (const { host, path, rewrite } of RULES) {
    const match = host.test(url.hostname) ? path.exec(url.pathname) : null;
    if (match) return rewrite(url, match) ?? url;
  }
  return url;
}

/** `confirm` skips the page that asks first, for files too big for Google to check; `resourcekey` opens links of before 2021. */
function googleDownload(url: URL, id: string | null | undefined): URL | null {
  if (!id) return null;
  const download = new URL('https://drive.usercontent.google.com/download?export=download&confirm=t');
  download.searchParams.set('id', id);
  const key = url.searchParams.get('resourcekey');
  if (key !== null) download.searchParams.set('resourcekey', key);
  return download;
}

function withParameter(url: URL, name: string, value: string, without: string[] = []): URL {
  const changed = new URL(url);
  for (const other of without) changed.searchParams.delete(other);
  changed.searchParams.set(name, value);
  return changed;
}
