import { AsyncLocalStorage } from 'node:async_hooks';

/** Describes what every line logged within a request or a delivery carries. */
export interface LogContext {
  requestId?: string | undefined;
  tenantId?: string | undefined;
  messageId?: string | undefined;
  /** Of the key that was used. */
  keyPrefix?: string | undefined;
}

const storage = new AsyncLocalStorage<LogContext | undefined>();

/** Runs `fn` so that every line it logs, however deep, carries `context` beside what is already there. */
export function withLogContext<T>(context: LogContext, fn: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, fn);
}

/** Runs `fn` for nobody in particular: what it starts is shared by several requests. */
export function withoutLogContext<T>(fn: () => T): T {
  // exit() turns the process' tracking of async contexts off and on again, for each call.
  return storage.run(undefined, fn);
}

export function logContext(): LogContext {
  return storage.getStore() ?? {};
}
