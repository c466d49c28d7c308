// Taking an address to listen on. When it cannot be had, the setting to change is in the message.
import { messageOf } from '../errors.ts';
import type { App as HttpServer } from '../http/context.ts';

interface Address {
  host: string;
  port: number;
  /** Where the port is from. */
  setting: 'PORT' | 'METRICS_PORT';
}

/** Resolves with the URL, which has the port that was really taken. */
export async function listenOn(server: HttpServer, address: Address): Promise<string> {
  const { host, port } = address;
  try {
    return await server.listen({ host, port });
  } catch (error) {
    throw new Error(explain((error as NodeJS.ErrnoException).code, address) ?? messageOf(error));
  }
}

function explain(code: string | undefined, { host, port, setting }: Address): string | null {
  const option = `--${setting.toLowerCase().replace('_', '-')} or ${setting}`;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use by another program: choose another with ${option}`;
    case 'EACCES':
      return `port ${port} may not be listened on by this user: choose one from 1024 with ${option}`;
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine: choose one with --host or HOST`;
    default:
      return null;
  }
}
