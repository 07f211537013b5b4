/**
 * The stable codes of problems, which callers branch on: one is added here when the first error needs it, and never renamed. The
 * sentence says what it means to someone who met it.
 */
export const PROBLEM_CODES = {
  invalid_input:
    'The request has fields that are missing, unknown or wrong; `errors` names each and says how to mend it.',
  conflict: 'The request does not fit the present state of what it is about.',
  unprocessable: 'The request is well formed, but cannot be carried out as it stands.',
  test_key_not_allowed:
    'The key is of test mode, and what was asked for is live: a test key sees and changes test messages and test keys alone.',
} as const;
export type ProblemCode = keyof typeof PROBLEM_CODES;
