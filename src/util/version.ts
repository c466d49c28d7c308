// What package.json says of the program: its version, and the SDKs that may be installed beside it.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  peerDependencies: Record<string, string>;
};

export const VERSION = manifest.version;

/** Package name to the versions that are taken. */
export const SDKS = manifest.peerDependencies;
