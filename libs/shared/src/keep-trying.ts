import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

/**
 * Repeats work for as long as its errors pass, with pauses of `firstMs` to `longestMs` that grow and are never the same
 * in two processes.
 *
 * @param failed hears each error that is followed by another try
 * @throws an error that does not pass
 */
export function keepTrying<T>(
  work: () => Promise<T>,
  { firstMs, longestMs }: { firstMs: number; longestMs: number },
  passes: (error: unknown) => boolean,
  failed: (error: unknown) => void,
): Promise<T> {
  const backoff = new ExponentialBackoff({ initialDelay: firstMs, maxDelay: longestMs });
  const policy = retry(handleWhen(passes), { maxAttempts: Infinity, backoff });
  policy.onRetry((failure) => failed('error' in failure ? failure.error : undefined));
  return policy.execute(work);
}
