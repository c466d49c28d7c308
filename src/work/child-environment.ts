// What an image process gets of our environment. It decodes what strangers send, so this is a list of what it may have:
// a secret that somebody adds to ours tomorrow does not reach it.
import type { StorageLocation } from '../util/storage-url.ts';

/** Names, in any case (Windows has `Path`, proxies are often in lower case); `*` stands for any end. */
const FOR_ALL = {
  'the search for programs': ['PATH'],
  'where it may read and write': ['HOME', 'TMPDIR', 'TEMP', 'TMP', 'USERPROFILE', 'SYSTEMROOT'],
  'words and times': ['LANG', 'LANGUAGE', 'LC_*', 'TZ'],
  'how Node runs, which an operator may have tuned': ['NODE_OPTIONS'],
  'whom TLS trusts': [
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'OPENSSL_CONF',
  ],
  'another libc allocator, or libraries that are not where they are looked for': [
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
  ],
  'how libvips and malloc run': ['VIPS_*', 'MALLOC_*'],
};

/** What the SDK of a storage reads: its credentials, found its own way. Only Google's uses a proxy by itself. */
const FOR_STORAGE: Record<StorageLocation['scheme'], string[]> = {
  file: [],
  s3: ['AWS_*'],
  gs: [
    'GOOGLE_*',
    'GCLOUD_PROJECT',
    'GCE_METADATA_*',
    'METADATA_SERVER_DETECTION',
    'CLOUDSDK_CONFIG',
    'APPDATA',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
  ],
  // Its credentials are in STORAGE_URL, which comes as a message.
  cloudinary: [],
};

export function childEnvironment(
  ours: NodeJS.ProcessEnv,
  storage: StorageLocation['scheme'],
): NodeJS.ProcessEnv {
  const allowed = [...Object.values(FOR_ALL).flat(), ...FOR_STORAGE[storage]];
  const isAllowed = (name: string) =>
    allowed.some((pattern) =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    );
  const given = Object.entries(ours).filter(([name]) => isAllowed(name.toUpperCase()));
  return {
    ...Object.fromEntries(given),
    // glibc keeps an arena per thread and gives little back; two arenas halve the resident memory of image work.
    MALLOC_ARENA_MAX: '2',
    // One picture at a time, and file and DNS calls beside it.
    UV_THREADPOOL_SIZE: '4',
  };
}
