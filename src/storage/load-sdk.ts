// SDKs are optional packages, loaded when a storage that needs one is opened.
import { StorageFault } from '../errors.ts';

/** @throws naming the command that installs the package, when it is not there. */
export async function loadSdk<Sdk>(name: string, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause;
    throw new StorageFault(`the package ${name} is not installed: npm install ${name}`, { cause });
  }
}
