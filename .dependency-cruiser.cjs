// The import rules of ARCHITECTURE.md. What a room does not name here, it may not import; nor may a file without a room.
const LEAF = 'ports errors formats request-files result-columns util';

/**
 * Room: what of src/ it may import beside itself. A room is a folder or a file; the longest name owns a file. With `type:`
 * in front, types only: the adapters (records, queue, storage, publish/firestore) are known to app and cli alone.
 */
const ROOMS = {
  formats: '',
  'request-files': 'table/shape',
  'result-columns': 'formats',
  errors: '',
  ports: 'errors formats result-columns type:table/table-options',
  util: 'ports errors formats request-files',
  table: 'errors util',
  meanings: 'formats',
  'setting-types': 'errors util',
  config: 'errors util setting-types',
  'load-config': 'errors util config setting-types',
  outbound: 'util',

  records: `${LEAF} table/shape table/table-options`,
  queue: LEAF,
  storage: LEAF,
  'publish/firestore': LEAF,

  image: `${LEAF} outbound`,
  intake: `${LEAF} table type:records`,
  webhook: `${LEAF} outbound type:records`,
  finish: `${LEAF} table webhook/payload queue/retry type:records`,
  retention: `${LEAF} type:records`,
  publish: `${LEAF} queue/retry type:records`,
  work: `${LEAF} outbound queue/retry type:records`,
  'work/image-process': `${LEAF} work/messages work/message-batch`,
  'work/image-process-main': `${LEAF} outbound image storage work/image-process`,
  fleet: `${LEAF} type:records`,
  reconcile: `${LEAF} queue/jobs type:records`,
  dispatch: `${LEAF} reconcile queue/jobs type:records`,
  http: `${LEAF} intake table webhook type:records type:retention type:work`,

  app: `${LEAF} config outbound records queue storage publish/firestore intake webhook finish retention publish work fleet dispatch http`,
  cli: `${LEAF} meanings config load-config app records queue/redis storage publish/firestore intake/options http/download-name http/present-table finish/mended-file retention/collect-garbage webhook/receive type:table`,
  client: 'webhook/sign',
};

const rooms = Object.keys(ROOMS);
const path = (name) => `^src/${name}(/|\\.ts$)`;

const rules = rooms.flatMap((room) => {
  const named = ROOMS[room].split(' ').filter(Boolean);
  const types = named
    .filter((name) => name.startsWith('type:'))
    .map((name) => path(name.slice('type:'.length)));
  const whole = named.filter((name) => !name.startsWith('type:')).map(path);
  const inside = rooms.filter((name) => name.startsWith(`${room}/`)).map(path);
  const from = { path: path(room), pathNot: inside };
  const rule = (what, to) => ({ name: `${room}-${what}`, severity: 'error', from, to });
  return [
    rule('imports-what-it-may-not', { path: '^(src|kernel)/', pathNot: [path(room), ...whole, ...types] }),
    inside.length > 0 && rule('imports-a-room-inside', { path: inside, pathNot: whole }),
    types.length > 0 &&
      rule('imports-more-than-types', {
        path: types,
        pathNot: [path(room), ...whole],
        dependencyTypesNot: ['type-only'],
      }),
  ].filter(Boolean);
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-file-has-a-room',
      severity: 'error',
      from: { path: '^src/', pathNot: rooms.map(path) },
      to: {},
    },
    {
      name: 'the-kernel-is-on-its-own',
      severity: 'error',
      from: { path: '^kernel/' },
      to: { pathNot: '^kernel/' },
    },
    {
      name: 'adapters-never-import-each-other',
      severity: 'error',
      from: { path: '^src/(storage/(disk|s3|gcs|cloudinary)|queue/(memory|bullmq))\\.ts$' },
      to: { path: '^src/(storage/(disk|s3|gcs|cloudinary)|queue/(memory|bullmq))\\.ts$' },
    },
    ...rules,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
  },
};
