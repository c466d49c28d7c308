// The address guard under attack: 110 URL forms over every way they can be reached, against canaries on every address of
// the world, in a network namespace of its own. The attack is test/fakes/egress-matrix-run.ts.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { MatrixResult } from '../fakes/egress-matrix-run.ts';

const SCRIPT = fileURLToPath(new URL('../fakes/egress-matrix-run.ts', import.meta.url));
const canUnshare = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
const required = process.env.REQUIRE_SERVICES === '1';
const name = 'no form of a refused address is ever connected to';

function runMatrix(): Promise<MatrixResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', ['-n', process.execPath, '--import', 'tsx', SCRIPT]);
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as MatrixResult);
      else reject(new Error(`the matrix ended with ${code}: ${errors}`));
    });
  });
}

test.skipIf(!canUnshare && !required)(
  canUnshare || required ? name : `${name} (skipped: needs \`unshare -n\` and \`ip\`, as root)`,
  async () => {
    const result = await runMatrix();
    const total = Object.values(result.tries).reduce((sum, count) => sum + count, 0);
    console.log(
      `egress matrix: ${result.forms} forms, ${total} tries, ${result.reached.length} connections at canaries`,
    );

    // What the canaries are worth: without the guard these few alone cannot be connected to, for the kernel's own reasons.
    expect(result.unreachable).toEqual([
      'http://224.0.0.1/',
      'http://239.255.255.255/',
      'http://255.255.255.255/',
      'http://[fe80::1]/',
      'http://[febf::1]/',
      'http://[ff02::1]/',
      'http://[ff0e::1]/',
    ]);
    expect([result.forms, result.reachableUnguarded]).toEqual([110, 103]);

    expect(result.reached).toEqual([]);
    expect(result.notBlocked).toEqual([]);
    expect(result.tries).toEqual({
      direct: 110,
      301: 110,
      302: 110,
      303: 110,
      307: 110,
      308: 110,
      chain: 110,
      post: 110,
      'private allowed': 44,
      name: 67,
      'public and blocked': 67,
      'blocked and public': 67,
      'A and AAAA': 67,
      'name by redirect': 67,
      rebinding: 67,
    });
    expect(total).toBe(1_326);
    // Each name was public once. One question for each connection: 7 for each of the 67 names, 8 for `localhost.`.
    expect([result.publicConnections, result.lookups]).toEqual([67, 477]);

    const outcomes = Object.entries(result.controls);
    expect(outcomes.filter(([, connected]) => connected).map(([control]) => control)).toEqual([
      'listed http://10.1.2.3/',
      'listed http://10.1.2.3:8001/',
      'listed http://10.1.2.4/',
      'listed http://internal.test/',
      'listed http://internal.test.:8001/',
      'listed http://ported.test/',
      'listed http://other.test/',
      'listed http://[fd00:77::1]/',
      'listed http://169.254.9.9/',
      'listed http://[::1]/',
      'listed http://localhost/',
      'listed http://localhost.:8001/',
      'public http://93.184.216.34/',
      'public http://[2606:2800:220:1::1]/',
      'public http://public.test/',
      'private allowed http://127.0.0.1/',
      'private allowed http://10.0.0.1/',
      'private allowed http://localhost/',
      'private allowed http://[::1]/',
      'private allowed http://[fd00::1]/',
    ]);
    expect(outcomes.filter(([, connected]) => !connected).map(([control]) => control)).toEqual([
      'not listed http://10.1.2.4:8001/',
      'not listed http://ported.test:8001/',
      'not listed http://10.1.2.5/',
      'not listed http://[::1]:8001/',
      'not by name http://metadata.test/',
    ]);
  },
);
