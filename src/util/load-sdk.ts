// SDKs are packages that whoever uses them installs, loaded when what needs one is opened.
import { SDKS } from './version.ts';

/** Needed together, and made to be of one version. */
const TOGETHER = '@aws-sdk/';

/** @throws naming the command that installs the package, when it is not there. */
export async function loadSdk<Sdk>(name: string, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause;
    throw new Error(`the package ${name} is not installed: ${installCommand(name)}`);
  }
}

function installCommand(name: string): string {
  const wanted = Object.entries(SDKS).filter(
    ([sdk]) => sdk === name || (name.startsWith(TOGETHER) && sdk.startsWith(TOGETHER)),
  );
  return `npm install ${wanted.map(([sdk, versions]) => `"${sdk}@${versions}"`).join(' ')}`;
}
