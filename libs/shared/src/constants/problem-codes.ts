import { ACCESS_PROBLEMS } from './access-problems.js';
import type { ProblemMeaning } from './problem-meaning.js';

/**
 * The stable codes of problems, which callers branch on: one is added here when the first error needs it, and never
 * renamed. From this table come the pages that `type` leads to, and docs/errors.md (`npm run docs:env`).
 */
export const PROBLEM_CODES = {
  invalid_input: {
    status: 400,
    meaning: 'Fields of the request are missing, unknown or wrong.',
    mend: 'Each entry of `errors` names a field, says what is wrong with it and has a code of its own.',
  },
  malformed_request: {
    status: 400,
    meaning: 'The request is no valid HTTP, or its URL cannot be decoded.',
    mend: 'Encode the URL as UTF-8 with percent signs, and send the length the body has.',
  },
  malformed_json: {
    status: 400,
    meaning: 'The body is no JSON.',
    mend: 'The message says at which line and column reading failed.',
  },
  invalid_address: {
    status: 400,
    meaning: 'A recipient, sender or contact has an address that nothing can be sent to.',
    mend: 'Correct the address; sending the same one again is refused again.',
  },
  premium_number: {
    status: 400,
    meaning: 'The number is a premium-rate number.',
    mend: 'Ask the person for another number.',
  },
  channel_not_enabled: {
    status: 400,
    meaning: 'The installation does not deliver this channel.',
    mend: 'Whoever runs the installation adds it to the setting CHANNELS.',
  },
  unknown_sender: {
    status: 400,
    meaning: 'The tenant has no sender of that id or address on the channel, or archived it.',
    mend: 'List the senders with GET /v1/senders, or make one with POST /v1/senders.',
  },
  sender_not_verified: {
    status: 400,
    meaning: 'The sender has not been verified yet.',
    mend: 'POST /v1/senders/:id/verify with the code that was sent to its address.',
  },
  unknown_template: {
    status: 400,
    meaning: 'The tenant has no template of that name, channel and locale, or archived it.',
    mend: 'List the templates with GET /v1/templates; name the locale if it is not `en`.',
  },
  unknown_template_version: {
    status: 400,
    meaning: 'The template has no version of that number.',
    mend: 'List the versions with GET /v1/templates/:id/versions.',
  },
  template_not_published: {
    status: 400,
    meaning: 'No version of the template is published.',
    mend: 'POST /v1/templates/:id/publish, or name a version.',
  },
  missing_variable: {
    status: 400,
    meaning: 'The template uses a variable that the message does not give.',
    mend: 'Give each named variable, or make the template lenient.',
  },
  invalid_template: {
    status: 400,
    meaning: 'The content of a template breaks a rule.',
    mend: 'The message names the part and the line.',
  },
  unknown_contact: {
    status: 400,
    meaning: 'The tenant has no contact of that id or external id.',
    mend: 'Make the contact with POST /v1/contacts, or give the address in `to`.',
  },
  contact_without_address: {
    status: 400,
    meaning: 'The contact has no address on the channel.',
    mend: 'Add one with PATCH /v1/contacts/:id, or choose another channel.',
  },
  cannot_carry: {
    status: 400,
    meaning: 'No active connection of the channel carries what is to be sent.',
    mend: 'Make a connection of one of the providers that the message names, or send something else.',
  },
  unknown_provider: {
    status: 400,
    meaning: 'The channel has no provider of that name.',
    mend: 'Take one of those that the message names.',
  },
  beyond_own_rights: {
    status: 400,
    meaning: 'A key cannot give another key more than it has itself.',
    mend: 'Ask for less, or use a key that may do more.',
  },
  ...ACCESS_PROBLEMS,
  not_found: {
    status: 404,
    meaning: 'The tenant has nothing of that id.',
    mend: 'Check the id, and that the key is of the right tenant.',
  },
  unknown_route: { status: 404, meaning: 'The API has no such path.', mend: 'GET / says where the documentation is.' },
  method_not_allowed: {
    status: 405,
    meaning: 'The path exists, but not with this method.',
    mend: 'Use one of the methods in the header `Allow`.',
  },
  request_timeout: {
    status: 408,
    meaning: 'The request did not arrive whole in time.',
    mend: 'Send it again, in smaller parts or over a faster connection.',
  },
  conflict: {
    status: 409,
    meaning: 'The request does not fit the present state of what it is about.',
    mend: 'Read that state, then decide.',
  },
  name_taken: {
    status: 409,
    meaning: 'Something of that name, or that external id, exists already.',
    mend: 'Choose another name, or change what exists.',
  },
  sender_exists: {
    status: 409,
    meaning: 'The tenant has a sender of that address already.',
    mend: 'Use it; if it is pending, POST /v1/senders/:id/resend-code.',
  },
  archived: {
    status: 409,
    meaning: 'The template or sender is archived, and cannot be changed.',
    mend: 'Make another of the same name or address.',
  },
  message_not_cancelable: {
    status: 409,
    meaning: 'Only a queued message that has not been sent can be canceled.',
    mend: 'Nothing: read the message to see what became of it.',
  },
  message_not_retryable: {
    status: 409,
    meaning: 'Only a failed, unknown or expired message can be retried.',
    mend: 'Nothing while it is under way; send a new message otherwise.',
  },
  code_sent_recently: {
    status: 409,
    meaning: 'A verification code was sent less than a minute ago.',
    mend: 'Wait a minute, then ask again.',
  },
  body_too_large: { status: 413, meaning: 'The body is larger than the route takes.', mend: 'Send less at once.' },
  url_too_long: {
    status: 414,
    meaning: 'A part of the URL is longer than the API takes.',
    mend: 'Send a shorter one.',
  },
  unsupported_media_type: {
    status: 415,
    meaning: 'The body has a content type, charset or encoding that the route does not take.',
    mend: 'Send what the detail names, in UTF-8 and uncompressed.',
  },
  unprocessable: {
    status: 422,
    meaning: 'The request is well formed, but cannot be carried out as it stands.',
    mend: 'The message says why.',
  },
  idempotency_key_reused: {
    status: 422,
    meaning: 'The Idempotency-Key was used for another request.',
    mend: 'Use a new key for a new request; a repeat has to be the same in every field.',
  },
  wrong_code: {
    status: 422,
    meaning: 'The verification code is not the one that was sent last.',
    mend: 'Enter the code of the newest message; five attempts are allowed.',
  },
  code_expired: {
    status: 422,
    meaning: 'The verification code is too old, or was tried too often.',
    mend: 'POST /v1/senders/:id/resend-code.',
  },
  render_failed: {
    status: 422,
    meaning: 'The template cannot be rendered with these variables.',
    mend: 'The message names the variable, or the bound that was met.',
  },
  rate_limited: {
    status: 429,
    meaning: 'The API key has made more requests than it may.',
    mend: 'Wait for the seconds in the header `Retry-After`; `RateLimit` tells how many requests are left.',
  },
  too_many_failures: {
    status: 429,
    meaning: 'Too many requests without a valid key or signature came from the address.',
    mend: 'Wait for the seconds in the header `Retry-After`, and check the key.',
  },
  too_many_streams: { status: 429, meaning: 'The tenant follows too many streams at once.', mend: 'Close one.' },
  headers_too_large: {
    status: 431,
    meaning: 'The headers are larger than the API takes.',
    mend: 'Send fewer or shorter headers.',
  },
  internal_error: {
    status: 500,
    meaning: 'Outbell failed. Nothing of its inside is told.',
    mend: 'Report it with `instance`. Whether something was done is not known: repeat only with an Idempotency-Key.',
  },
  unavailable: {
    status: 503,
    meaning: 'The API cannot answer now.',
    mend: 'Repeat after the seconds in the header `Retry-After`.',
  },
  database_away: {
    status: 503,
    meaning: 'The database cannot be reached.',
    mend: 'Repeat after the seconds in the header `Retry-After`, under the same Idempotency-Key.',
  },
  idempotency_key_refused: {
    status: 400,
    meaning: 'The request takes no Idempotency-Key.',
    mend: 'Leave the header out; `errors` says why, and what to do instead.',
  },
  text_not_derivable: {
    status: 400,
    meaning: 'The html is too large or nested too deep to make the plain text of it that every email carries.',
    mend: 'Make it smaller, or give `text` too.',
  },
  request_under_way: {
    status: 409,
    meaning: 'Another request under the same Idempotency-Key has not been answered yet.',
    mend: 'Try again in a moment.',
  },
  service_ending: {
    status: 503,
    meaning: 'The process that took the request is ending.',
    mend: 'Send the request again after `Retry-After`: another one takes it.',
  },
} as const satisfies Record<string, ProblemMeaning>;
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The codes of problems with this status. */
export type CodeOf<Status extends number> = {
  [Code in ProblemCode]: (typeof PROBLEM_CODES)[Code]['status'] extends Status ? Code : never;
}[ProblemCode];

export function isProblemCode(code: string | undefined): code is ProblemCode {
  return code !== undefined && Object.hasOwn(PROBLEM_CODES, code);
}
