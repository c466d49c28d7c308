// SDKs are optional packages, loaded when what needs one is opened.

/** @throws naming the command that installs the package, when it is not there. */
export async function loadSdk<Sdk>(name: string, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause;
    throw new Error(`the package ${name} is not installed: npm install ${name}`);
  }
}
