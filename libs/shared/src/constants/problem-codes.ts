import { ACCESS_PROBLEMS } from './access-problems.js';
import { withStatus } from './problem-meaning.js';

/**
 * The stable codes of problems, which callers branch on: one is added here when the first error needs it, and never
 * renamed. From this table come the pages that `type` leads to, and docs/errors.md (`npm run docs:env`).
 */
export const PROBLEM_CODES = {
  ...withStatus(400, {
    invalid_input: {
      meaning: 'Fields of the request are missing, unknown or wrong.',
      mend: 'Each entry of `errors` names a field, says what is wrong with it and has a code of its own.',
    },
    malformed_request: {
      meaning: 'The request is no valid HTTP, or its URL cannot be decoded.',
      mend: 'Encode the URL as UTF-8 with percent signs, and send the length the body has.',
    },
    malformed_json: {
      meaning: 'The body is no JSON.',
      mend: 'The message says at which line and column reading failed.',
    },
    invalid_address: {
      meaning: 'A recipient, sender or contact has an address that nothing can be sent to.',
      mend: 'Correct the address; sending the same one again is refused again.',
    },
    premium_number: { meaning: 'The number is a premium-rate number.', mend: 'Ask the person for another number.' },
    channel_not_enabled: {
      meaning: 'The installation does not deliver this channel.',
      mend: 'Whoever runs the installation adds it to the setting CHANNELS.',
    },
    unknown_sender: {
      meaning: 'The tenant has no sender of that id or address on the channel, or archived it.',
      mend: 'List the senders with GET /v1/senders, or make one with POST /v1/senders.',
    },
    sender_not_verified: {
      meaning: 'The sender has not been verified yet.',
      mend: 'POST /v1/senders/:id/verify with the code that was sent to its address.',
    },
    unknown_template: {
      meaning: 'The tenant has no template of that name, channel and locale, or archived it.',
      mend: 'List the templates with GET /v1/templates; name the locale if it is not `en`.',
    },
    unknown_template_version: {
      meaning: 'The template has no version of that number.',
      mend: 'List the versions with GET /v1/templates/:id/versions.',
    },
    template_not_published: {
      meaning: 'No version of the template is published.',
      mend: 'POST /v1/templates/:id/publish, or name a version.',
    },
    missing_variable: {
      meaning: 'The template uses a variable that the message does not give.',
      mend: 'Give each named variable, or make the template lenient.',
    },
    invalid_template: {
      meaning: 'The content of a template breaks a rule.',
      mend: 'The message names the part and the line.',
    },
    unknown_contact: {
      meaning: 'The tenant has no contact of that id or external id.',
      mend: 'Make the contact with POST /v1/contacts, or give the address in `to`.',
    },
    contact_without_address: {
      meaning: 'The contact has no address on the channel.',
      mend: 'Add one with PATCH /v1/contacts/:id, or choose another channel.',
    },
    cannot_carry: {
      meaning: 'No active connection of the channel carries what is to be sent.',
      mend: 'Make a connection of one of the providers that the message names, or send something else.',
    },
    unknown_provider: {
      meaning: 'The channel has no provider of that name.',
      mend: 'Take one of those that the message names.',
    },
    beyond_own_rights: {
      meaning: 'A key cannot give another key more than it has itself.',
      mend: 'Ask for less, or use a key that may do more.',
    },
  }),
  ...ACCESS_PROBLEMS,
  ...withStatus(404, {
    not_found: {
      meaning: 'The tenant has nothing of that id.',
      mend: 'Check the id, and that the key is of the right tenant.',
    },
    unknown_route: { meaning: 'The API has no such path.', mend: 'GET / says where the documentation is.' },
  }),
  ...withStatus(405, {
    method_not_allowed: {
      meaning: 'The path exists, but not with this method.',
      mend: 'Use one of the methods in the header `Allow`.',
    },
  }),
  ...withStatus(408, {
    request_timeout: {
      meaning: 'The request did not arrive whole in time.',
      mend: 'Send it again, in smaller parts or over a faster connection.',
    },
  }),
  ...withStatus(409, {
    conflict: {
      meaning: 'The request does not fit the present state of what it is about.',
      mend: 'Read that state, then decide.',
    },
    name_taken: {
      meaning: 'Something of that name, or that external id, exists already.',
      mend: 'Choose another name, or change what exists.',
    },
    sender_exists: {
      meaning: 'The tenant has a sender of that address already.',
      mend: 'Use it; if it is pending, POST /v1/senders/:id/resend-code.',
    },
    archived: {
      meaning: 'The template or sender is archived, and cannot be changed.',
      mend: 'Make another of the same name or address.',
    },
    message_not_cancelable: {
      meaning: 'Only a queued message that has not been sent can be canceled.',
      mend: 'Nothing: read the message to see what became of it.',
    },
    message_not_retryable: {
      meaning: 'Only a failed, unknown or expired message can be retried.',
      mend: 'Nothing while it is under way; send a new message otherwise.',
    },
    code_sent_recently: {
      meaning: 'A verification code was sent less than a minute ago.',
      mend: 'Wait a minute, then ask again.',
    },
  }),
  ...withStatus(413, {
    body_too_large: { meaning: 'The body is larger than the route takes.', mend: 'Send less at once.' },
  }),
  ...withStatus(414, {
    url_too_long: { meaning: 'A part of the URL is longer than the API takes.', mend: 'Send a shorter one.' },
  }),
  ...withStatus(415, {
    unsupported_media_type: {
      meaning: 'The body has a content type, charset or encoding that the route does not take.',
      mend: 'Send what the detail names, in UTF-8 and uncompressed.',
    },
  }),
  ...withStatus(422, {
    unprocessable: {
      meaning: 'The request is well formed, but cannot be carried out as it stands.',
      mend: 'The message says why.',
    },
    idempotency_key_reused: {
      meaning: 'The Idempotency-Key was used for another request.',
      mend: 'Use a new key for a new request; a repeat has to be the same in every field.',
    },
    wrong_code: {
      meaning: 'The verification code is not the one that was sent last.',
      mend: 'Enter the code of the newest message; five attempts are allowed.',
    },
    code_expired: {
      meaning: 'The verification code is too old, or was tried too often.',
      mend: 'POST /v1/senders/:id/resend-code.',
    },
    render_failed: {
      meaning: 'The template cannot be rendered with these variables.',
      mend: 'The message names the variable, or the bound that was met.',
    },
  }),
  ...withStatus(429, {
    rate_limited: {
      meaning: 'The API key has made more requests than it may.',
      mend: 'Wait for the seconds in the header `Retry-After`; `RateLimit` tells how many requests are left.',
    },
    too_many_failures: {
      meaning: 'Too many requests without a valid key or signature came from the address.',
      mend: 'Wait for the seconds in the header `Retry-After`, and check the key.',
    },
    too_many_streams: { meaning: 'The tenant follows too many streams at once.', mend: 'Close one.' },
  }),
  ...withStatus(431, {
    headers_too_large: {
      meaning: 'The headers are larger than the API takes.',
      mend: 'Send fewer or shorter headers.',
    },
  }),
  ...withStatus(500, {
    internal_error: {
      meaning: 'Outbell failed. Nothing of its inside is told.',
      mend: 'Report it with `instance`. Whether something was done is not known: repeat only with an Idempotency-Key.',
    },
  }),
  ...withStatus(503, {
    unavailable: {
      meaning: 'The API cannot answer now.',
      mend: 'Repeat after the seconds in the header `Retry-After`.',
    },
    database_away: {
      meaning: 'The database cannot be reached.',
      mend: 'Repeat after the seconds in the header `Retry-After`, under the same Idempotency-Key.',
    },
  }),
  ...withStatus(400, {
    idempotency_key_refused: {
      meaning: 'The request takes no Idempotency-Key.',
      mend: 'Leave the header out; `errors` says why, and what to do instead.',
    },
    text_not_derivable: {
      meaning: 'The html is too large or nested too deep to make the plain text of it that every email carries.',
      mend: 'Make it smaller, or give `text` too.',
    },
  }),
  ...withStatus(409, {
    request_under_way: {
      meaning: 'Another request under the same Idempotency-Key has not been answered yet.',
      mend: 'Try again in a moment.',
    },
  }),
  ...withStatus(503, {
    service_ending: {
      meaning: 'The process that took the request is ending.',
      mend: 'Send the request again after `Retry-After`: another one takes it.',
    },
  }),
};
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The codes of problems with this status. */
export type CodeOf<Status extends number> = {
  [Code in ProblemCode]: (typeof PROBLEM_CODES)[Code]['status'] extends Status ? Code : never;
}[ProblemCode];

export function isProblemCode(code: string | undefined): code is ProblemCode {
  return code !== undefined && Object.hasOwn(PROBLEM_CODES, code);
}
