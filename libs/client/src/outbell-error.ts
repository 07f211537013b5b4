import type { components } from './api.generated.js';

type Schemas = components['schemas'];

/** The API's own code, or `no_problem` for what something before it answered, such as a proxy. */
export type OutbellCode = Schemas['ProblemCode'] | 'no_problem';

/** What the API refused, or could not do: an answer of 400 and above. */
export class OutbellError extends Error {
  override readonly name = 'OutbellError';

  private constructor(
    /** That of the answer. */
    readonly status: number,
    /** The stable name of what is wrong: branch on this. */
    readonly code: OutbellCode,
    message: string,
    /** Each field that is wrong, once. */
    readonly errors: readonly Schemas['ProblemField'][],
    /** The id of the request, for whoever runs the API. */
    readonly requestId: string | null,
    /** Milliseconds after which to ask again, if the answer says so. */
    readonly retryAfterMs: number | null,
  ) {
    super(message);
  }

  /** Reads the answer to its end. */
  static async fromResponse(response: Response): Promise<OutbellError> {
    const { status, headers } = response;
    const text = await response.text().catch(() => '');
    const problem = problemIn(text, headers.get('content-type'));
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return new OutbellError(
      status,
      problem?.code ?? 'no_problem',
      problem ? `${status} ${problem.code}: ${problem.detail}` : `${status} ${response.statusText}`,
      problem?.errors ?? [],
      headers.get('x-request-id'),
      Number.isFinite(seconds) ? seconds * 1_000 : null,
    );
  }
}

function problemIn(text: string, type: string | null): Schemas['Problem'] | null {
  if (!type?.startsWith('application/problem+json')) return null;
  try {
    return JSON.parse(text) as Schemas['Problem'];
  } catch {
    return null;
  }
}
