import { expect, it } from 'vitest';
import { childEnvironment } from '../../src/work/child-environment.ts';

const OWN = { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '4' };
const NEEDED = {
  Path: '/bin',
  HOME: '/home/halve',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  LC_ALL: 'C',
  TZ: 'UTC',
  NODE_OPTIONS: '--no-warnings',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
  SSL_CERT_FILE: '/ca.pem',
  SSL_CERT_DIR: '/ca',
  VIPS_WARNING: '0',
  MALLOC_TRIM_THRESHOLD_: '1',
};
const SECRETS = {
  PGPASSWORD: 'x',
  API_KEYS: 'x',
  WEBHOOK_SECRET: 'x',
  DATABASE_URL: 'x',
  REDIS_URL: 'x',
  STORAGE_URL: 'x',
  NEW_SECRET: 'x',
  OTEL_EXPORTER_OTLP_HEADERS: 'x',
  CLOUDINARY_URL: 'x',
  XAWS_KEY: 'x',
  PATHS: 'x',
};
const AWS = { AWS_ACCESS_KEY_ID: 'x', AWS_PROFILE: 'x' };
const GOOGLE = { GOOGLE_APPLICATION_CREDENTIALS: 'x', GCLOUD_PROJECT: 'x', https_proxy: 'x' };

it.each([
  ['file', {}],
  ['s3', AWS],
  ['gs', GOOGLE],
  ['cloudinary', {}],
] as const)(
  'gives an image process with %s storage what it needs and nothing else',
  (scheme, credentials) => {
    expect(childEnvironment({ ...NEEDED, ...SECRETS, ...AWS, ...GOOGLE, ...OWN }, scheme)).toEqual({
      ...NEEDED,
      ...credentials,
      ...OWN,
    });
  },
);

it('decides about arenas and threads itself', () => {
  expect(childEnvironment({ MALLOC_ARENA_MAX: '99', UV_THREADPOOL_SIZE: '99' }, 'file')).toEqual(OWN);
});
