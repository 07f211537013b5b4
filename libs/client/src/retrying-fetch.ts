import { setTimeout as sleep } from 'node:timers/promises';
import type { paths } from './api.generated.js';
import { OutbellError } from './outbell-error.js';

export interface Retries {
  /** How often a request is made at most. */
  attempts: number;
  /** The longest wait between two attempts; an answer that asks for a longer one is thrown. */
  maxWaitMs: number;
}

/**
 * Paths whose POST takes no Idempotency-Key, and what a second one does. The compiler checks that they are all here.
 */
const WITHOUT_KEY: Record<PostWithoutKey, 'the same' | 'another'> = {
  '/v1/keys': 'another',
  '/v1/contacts/import': 'the same',
  '/v1/suppressions/import': 'the same',
};

type PostWithoutKey = {
  [Path in keyof paths]: paths[Path] extends { post: { parameters: infer Parameters } }
    ? Parameters extends { header?: { 'Idempotency-Key'?: string } }
      ? 'header' extends RequiredOrGiven<Parameters>
        ? never
        : Path
      : Path
    : never;
}[keyof paths];

/** The names of what is not `never`. */
type RequiredOrGiven<Parameters> = {
  [Name in keyof Parameters]: [Exclude<Parameters[Name], undefined>] extends [never] ? never : Name;
}[keyof Parameters];

/** Nothing was done, or the API says that the same request may be made again. */
const AGAIN = [429, 502, 503, 504];
const FIRST_WAIT_MS = 250;
const JITTER_MS = 250;

/**
 * `fetch` that makes a request again when the API was away or too busy, or the connection broke: a POST under one
 * Idempotency-Key, its own if none was given, so that it is carried out once.
 *
 * @throws {OutbellError} for an answer of 400 and above @throws {TypeError} as `fetch` does, when the API cannot be
 * reached
 */
export function retryingFetch(key: string, { attempts, maxWaitMs }: Retries): (request: Request) => Promise<Response> {
  return async (request) => {
    request.headers.set('authorization', `Bearer ${key}`);
    const repeatable = prepare(request);
    for (let attempt = 1; ; attempt++) {
      const failed = await answerOf(request.clone());
      if (failed instanceof Response) return failed;
      const { signal } = request;
      const wait = waitMs(failed, attempt, repeatable);
      if (attempt >= attempts || signal.aborted || wait === null || wait > maxWaitMs) throw failed;
      await sleep(wait + Math.random() * JITTER_MS, undefined, { signal });
    }
  };
}

/**
 * Gives a POST its Idempotency-Key. @returns whether a repeat does no harm, whatever became of the request before it
 */
function prepare({ method, url, headers }: Request): boolean {
  if (method !== 'POST') return true;
  const keyless = Object.entries(WITHOUT_KEY).find(([path]) => new URL(url).pathname.endsWith(path));
  if (keyless) return keyless[1] === 'the same';
  if (!headers.has('idempotency-key')) headers.set('idempotency-key', crypto.randomUUID());
  return true;
}

/** @returns what may be made again, or not */
async function answerOf(request: Request): Promise<Response | Error> {
  try {
    const response = await fetch(request);
    return response.ok ? response : await OutbellError.fromResponse(response);
  } catch (error) {
    return error instanceof Error ? error : new Error('The request failed.', { cause: error });
  }
}

/** Null: not again. */
function waitMs(failed: Error, attempt: number, repeatable: boolean): number | null {
  const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1);
  if (!(failed instanceof OutbellError)) return repeatable ? backoff : null;
  const { status, code, retryAfterMs } = failed;
  // The attempt before this one is still being carried out.
  if (code === 'request_under_way') return backoff;
  if (!AGAIN.includes(status) || !(repeatable || status === 429)) return null;
  return retryAfterMs ?? backoff;
}
