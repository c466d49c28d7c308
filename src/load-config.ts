// Reads the settings of config.ts from the environment and the options: parsed, filled in, and judged together.
import { type Config, type SettingName, settingsTable } from './config.ts';
import { isLoopbackHost, isLoopbackUrl } from './util/loopback.ts';

/** Every bad value at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Whom the settings are for: a server listens, a worker only to show its metrics, a tool not at all. */
export type Program = 'server' | 'worker' | 'tool';

/** Before what is unset is filled in. */
type Given = Pick<Config, 'HOST' | 'ALLOW_PRIVATE_NETWORKS'> & Partial<Config>;

/**
 * Reads the settings. Command-line options go over the environment.
 * @throws ConfigError naming every setting that is wrong.
 */
export function loadConfig(
  environment: NodeJS.ProcessEnv,
  options: Partial<Record<string, string>> = {},
  program: Program = 'server',
): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of settingsTable()) {
    const text = (options[name] ?? environment[name]) || setting.default;
    if (text === undefined) continue;
    const parsed = setting.type.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(`${name}=${shown(name, text)}: ${parsed.error.issues[0]?.message}`);
  }
  const given = values as unknown as Given;
  if (problems.length === 0) problems.push(...contradictions(given, program));
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const filledIn = { ...values } as unknown as Config;
  for (const [name, { unset }] of settingsTable()) {
    if (unset && values[name] === undefined) Object.assign(filledIn, { [name]: unset(filledIn) });
  }
  return { ...filledIn, allowPrivateNetworks: mayReachPrivate(given) };
}

/** Keys, secrets and addresses with passwords are not for the screen. */
function shown(name: SettingName, text: string): string {
  return name.match(/KEY|SECRET|_URL/) ? '…' : text;
}

function mayReachPrivate({ ALLOW_PRIVATE_NETWORKS, HOST, PUBLIC_URL, REDIS_URL }: Given): boolean {
  if (ALLOW_PRIVATE_NETWORKS !== 'auto') return ALLOW_PRIVATE_NETWORKS === 'true';
  // Under a public name there is a proxy in front, and a worker cannot know who may upload to the servers.
  return isLoopbackHost(HOST) && (PUBLIC_URL === undefined || isLoopbackUrl(PUBLIC_URL)) && !REDIS_URL;
}

/** Values that are good alone and not together. */
function contradictions(given: Given, program: Program): string[] {
  const { HOST, API_KEYS, METRICS_PORT, REDIS_URL } = given;
  const listens = program === 'server' || (program === 'worker' && METRICS_PORT !== undefined);
  return [
    ...(listens && !isLoopbackHost(HOST) && !API_KEYS
      ? [`HOST=${HOST}: is open to other machines, so API_KEYS must be set (API_KEYS=name:secret)`]
      : []),
    ...(REDIS_URL ? fleetProblems(given) : []),
  ];
}

/** What many processes must share, or they would contradict each other. */
function fleetProblems({ DATABASE_URL, WEBHOOK_SECRET }: Given): string[] {
  return [
    ...(DATABASE_URL && !DATABASE_URL.startsWith('sqlite:')
      ? []
      : [
          'REDIS_URL=…: is for many processes, so they must share the database: DATABASE_URL=postgres://… must be set',
        ]),
    ...(WEBHOOK_SECRET
      ? []
      : [
          'REDIS_URL=…: is for many processes, so they must sign with the same secret: WEBHOOK_SECRET=whsec_… must be set (whsec_ and the output of `openssl rand -base64 32`)',
        ]),
  ];
}
