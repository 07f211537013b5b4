/**
 * The stable codes of problems, which callers branch on: one is added here when the first error needs it, and never renamed. The
 * sentence says what it means to someone who met it.
 */
export const PROBLEM_CODES = {
  invalid_input:
    'The request has fields that are missing, unknown or wrong; `errors` names each and says how to mend it.',
  conflict: 'The request does not fit the present state of what it is about.',
  idempotency_key_reused: 'The Idempotency-Key was used for another request before: use a new key.',
  idempotency_key_refused: 'This request takes no Idempotency-Key: `errors` says why, and what to do instead.',
  request_under_way: 'Another request under the same Idempotency-Key has not been answered yet: try again.',
  unprocessable: 'The request is well formed, but cannot be carried out as it stands.',
  test_key_not_allowed:
    'The key is of test mode, and what was asked for is live: a test key sees and changes test messages and test keys alone.',
  text_not_derivable:
    'The html is too large or nested too deep to make the plain text of it that every email carries; make it smaller, or give `text` too.',
} as const;
export type ProblemCode = keyof typeof PROBLEM_CODES;
