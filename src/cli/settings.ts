// Settings as command-line options: `--fetch-timeout-ms` is FETCH_TIMEOUT_MS, made from the same table.
import { type Command, Option } from 'commander';
import { type Config, ConfigError, loadConfig, type Program, SETTINGS, type SettingName } from '../config.ts';

export function addSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { meaning, ...setting } = SETTINGS[name];
    const standard = 'default' in setting && setting.default !== '' ? ` (default: ${setting.default})` : '';
    command.addOption(new Option(`--${name.toLowerCase().replaceAll('_', '-')} <value>`, meaning + standard));
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
