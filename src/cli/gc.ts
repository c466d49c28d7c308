// `halve gc`: removes from the storage what no row of the database accounts for.
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { explanationOf } from '../errors.ts';
import { openRecords, type Records } from '../records/open-records.ts';
import { type Collected, collectGarbage } from '../retention/collect-garbage.ts';
import { openStorage } from '../storage/open-storage.ts';
import { systemClock } from '../util/clock.ts';
import { maskUrl } from '../util/redact.ts';
import { addSettings, settingsOf } from './settings.ts';

const HOUR_MS = 3_600_000;
/** What is being written has no row to protect it, so its age must. */
const UNFINISHED_MS = HOUR_MS;

interface GcOptions {
  dryRun?: boolean;
  minAgeHours: number;
  force?: boolean;
}

export function gcCommand(): Command {
  const command = new Command('gc')
    .description(
      'Remove stored objects that no row of the database accounts for: of requests that are gone, of uploads and attempts that were cut off. Servers may run meanwhile, except on SQLite.',
    )
    .option('--dry-run', 'remove nothing, list what would be removed and what is unknown')
    .option('--min-age-hours <hours>', 'leave alone whatever is younger', hours, 24)
    .option('--force', 'go on although the database has no request at all')
    .addHelpText(
      'after',
      '\nGive it the settings of the servers: whatever is in STORAGE_URL and is not in DATABASE_URL is removed. A storage (its\nprefix included) belongs to one database. Names that halve does not give are counted as unknown and never touched.',
    );
  addSettings(command);
  return command.action(async () => {
    process.exitCode = await collect(command).catch((error: unknown) => {
      process.stderr.write(`halve: ${explanationOf(error)}\n`);
      return 1;
    });
  });
}

async function collect(command: Command): Promise<number> {
  const config = settingsOf(command, { program: 'tool' });
  const { dryRun = false, minAgeHours, force = false } = command.opts<GcOptions>();
  const ageMs = minAgeHours * HOUR_MS;
  const records = await openExisting(config.DATABASE_URL);
  try {
    if (!force && (await records.stored.isEmpty())) {
      throw new Error(
        'the database has no request, so everything in the storage would go. If DATABASE_URL is right, say --force',
      );
    }
    const storage = await openStorage({ url: config.STORAGE_URL, filesUrl: () => '' });
    const collected = await collectGarbage({
      records,
      storage,
      minAgeMs: ageMs,
      now: systemClock.now(),
      dryRun,
      onFound: (what, { key, bytes }, reason) => {
        if (dryRun)
          process.stdout.write(`${what === 'removed' ? 'remove ' : 'unknown'} ${key} ${bytes} (${reason})\n`);
      },
    });
    const unfinished =
      (await storage.removeUnfinished?.({ ageMs: Math.max(ageMs, UNFINISHED_MS), dryRun })) ?? null;
    process.stdout.write(summary(maskUrl(config.STORAGE_URL), { collected, unfinished, dryRun }));
    return 0;
  } finally {
    await records.close();
  }
}

/** What is not there must not be made: then everything would be taken for nobody's. */
async function openExisting(url: string): Promise<Records> {
  const path = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : null;
  if (path !== null && !existsSync(path)) throw new Error(`there is no database ${path}`);
  try {
    return await openRecords({ url, clock: systemClock });
  } catch (error) {
    if (path === null) throw error;
    throw new Error('gc needs the SQLite database for itself: stop the server first', { cause: error });
  }
}

function summary(
  storage: string,
  { collected, unfinished, dryRun }: { collected: Collected; unfinished: number | null; dryRun: boolean },
): string {
  const number = (value: number) => value.toLocaleString('en');
  const would = dryRun ? ' (would be)' : '';
  return `${storage}
${Object.entries(collected)
  .map(
    ([name, { objects, bytes }]) =>
      `${name.padEnd(10)} ${number(objects)} objects, ${number(bytes)} bytes${name === 'removed' ? would : ''}`,
  )
  .join(
    '\n',
  )}\nunfinished ${unfinished === null ? 'the storage does not tell' : `${number(unfinished)} writes removed${would}`}\n`;
}

function hours(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < 1e6))
    throw new InvalidArgumentError('Must be a number of hours.');
  return value;
}
