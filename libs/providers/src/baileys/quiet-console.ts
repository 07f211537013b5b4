import { isTheirCode } from './their-code.js';

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

let holders = 0;
let restore: (() => void) | undefined;

/**
 * Keeps what libsignal and Baileys print from the console: whole sessions, with their private keys. Everybody else's
 * calls go through. Holds for the process as long as anybody has it quiet, since their code runs from events of sockets
 * and timers.
 *
 * @returns lets go; calling it again changes nothing
 */
export function quietConsole(): () => void {
  if (holders++ === 0) restore = intercept();
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    if (--holders === 0) restore?.();
  };
}

type Print = (...parts: unknown[]) => void;

function intercept(): () => void {
  const originals = Object.fromEntries(METHODS.map((method) => [method, Reflect.get(console, method) as Print]));
  const quiet = Object.entries(originals).map(([method, print]) => [method, quieted(print)] as const);
  Object.assign(console, Object.fromEntries(quiet));
  return () => void Object.assign(console, originals);
}

function quieted(print: Print): Print {
  return function quiet(...parts) {
    if (!isTheirs(quiet)) print.apply(console, parts);
  };
}

/** Tells whether their code called. Where that is not known, it counts as theirs: a key must not reach a log. */
function isTheirs(below: Print): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 5;
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, below);
  Error.stackTraceLimit = stackTraceLimit;
  const { stack = '' } = trace;
  return !stack.includes('\n') || isTheirCode(stack);
}
