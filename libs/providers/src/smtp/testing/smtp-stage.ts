import type { SmtpProvider } from '../smtp.provider.js';
import { providerFor } from './smtp-provider-for.js';
import { ScriptedSmtpServer } from './scripted-smtp-server.js';

/** Scripted servers and providers that call them, until all is cleared away. */
export function smtpStage() {
  const cleanups: (() => Promise<void>)[] = [];

  async function serve(...args: Parameters<typeof ScriptedSmtpServer.start>): Promise<ScriptedSmtpServer> {
    const server = await ScriptedSmtpServer.start(...args);
    cleanups.push(() => server.stop());
    return server;
  }

  function connect(...args: Parameters<typeof providerFor>): SmtpProvider {
    const provider = providerFor(...args);
    cleanups.push(() => provider.close());
    return provider;
  }

  async function clear(): Promise<void> {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  }

  return { serve, connect, clear };
}
