// The import rules of ARCHITECTURE.md: cli -> app -> http, dispatch, work and adapters -> ports, errors, util.
const adapters = '^src/(records|queue|storage)/';
const leaf = '^src/(ports|errors|formats|result-columns)\\.ts$|^src/util/';
/** What the database keeps as JSON has its shape there. */
const kept = '^src/intake/csv\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'leaves-import-only-leaves',
      severity: 'error',
      from: { path: leaf },
      to: { path: '^src/', pathNot: leaf },
    },
    {
      name: 'adapters-never-import-each-other',
      comment:
        'an adapter knows the ports, not its neighbours: records, queue and storage are joined in app.ts only',
      severity: 'error',
      from: { path: '^src/(records|queue|storage)/' },
      to: { path: '^src/', pathNot: ['^src/$1/', leaf, kept] },
    },
    {
      name: 'records-know-the-shape-of-a-csv-and-no-more',
      severity: 'error',
      from: { path: '^src/(records|queue|storage)/' },
      to: { path: kept, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'formats-are-the-last-leaf',
      comment: 'the page has them too',
      severity: 'error',
      from: { path: '^src/formats\\.ts$' },
      to: {},
    },
    {
      name: 'one-adapter-file-never-imports-another',
      severity: 'error',
      from: { path: '^src/storage/(disk|s3|gcs|cloudinary)\\.ts$|^src/queue/(memory|bullmq)\\.ts$' },
      to: { path: '^src/storage/(disk|s3|gcs|cloudinary)\\.ts$|^src/queue/(memory|bullmq)\\.ts$' },
    },
    {
      name: 'image-processes-have-no-database',
      comment: 'a child knows only how to fetch, compress and put one image',
      severity: 'error',
      from: { path: '^src/(image/|work/image-process)' },
      to: { path: '^src/(records|queue|http|dispatch|app|cli|finish|intake|webhook)' },
    },
    {
      name: 'the-client-knows-the-api-only',
      comment: 'it runs on other machines: nothing of the server but the check of a signature',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: ['^src/client/', '^src/webhook/sign\\.ts$'] },
    },
    {
      name: 'only-cli-imports-app',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli' },
      to: { path: '^src/app\\.ts$|^src/cli' },
    },
    {
      name: 'http-imports-no-adapter-at-run-time',
      comment: 'http sees records, queue and storage through what app.ts hands it',
      severity: 'error',
      from: {
        path: '^src/(http|dispatch|reconcile|fleet|readiness|work|finish|intake|webhook)',
        pathNot: '^src/work/image-process-main',
      },
      to: { path: adapters, dependencyTypesNot: ['type-only'], pathNot: '^src/queue/retry\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules|kernel)/' },
  },
};
