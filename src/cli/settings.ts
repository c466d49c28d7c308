// Settings as command-line options: `--fetch-timeout-ms` is FETCH_TIMEOUT_MS, made from the same table.
import { type Command, Option } from 'commander';
import { type Config, SETTINGS, type SettingName, type SettingsCommand, settingsTable } from '../config.ts';
import { ConfigError, loadConfig, type Program } from '../load-config.ts';

/** Gives the command an option for every setting that is for it by the table. */
export function addSettings(command: Command): Command {
  const name = command.name() as SettingsCommand;
  for (const [setting, { for: takers, default: standard, meaning }] of settingsTable()) {
    if (!takers.includes(name)) continue;
    const text = standard ? `${meaning} (default: ${standard})` : meaning;
    command.addOption(new Option(`--${setting.toLowerCase().replaceAll('_', '-')} <value>`, text));
  }
  return command;
}

/** The settings from options and environment; ends the program with every wrong one named. */
export function settingsOf(
  command: Command,
  { fixed = {}, program }: { fixed?: Partial<Record<SettingName, string>>; program?: Program } = {},
): Config {
  const options: Partial<Record<string, string>> = { ...fixed };
  for (const [key, value] of Object.entries(command.opts())) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    if (name in SETTINGS) options[name] = value as string;
  }
  try {
    return loadConfig(process.env, options, program);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`halve: settings that cannot be used:\n${error.message.replace(/^/gm, '  ')}\n`);
    process.exit(1);
  }
}
