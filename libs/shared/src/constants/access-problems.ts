import { withStatus } from './problem-meaning.js';

/** Of who asks: those of 401 and 403. */
export const ACCESS_PROBLEMS = {
  ...withStatus(401, {
    unauthorized: {
      meaning: 'The request does not say, or does not prove, who sent it.',
      mend: 'Send what the detail asks for.',
    },
    key_missing: { meaning: 'The request has no API key.', mend: 'Send the header `Authorization: Bearer ob_live_…`.' },
    key_malformed: {
      meaning: 'The `Authorization` header holds no whole API key.',
      mend: 'Send the key as it was shown when it was made, all of it.',
    },
    key_unknown: {
      meaning: 'There is no such API key.',
      mend: 'Check that the key belongs to this installation, and was copied whole.',
    },
    key_revoked: { meaning: 'The API key was revoked.', mend: 'Use another key.' },
    key_expired: { meaning: 'The API key has expired.', mend: 'Make a new key.' },
    key_in_url: {
      meaning: 'A key came in the URL, where logs and proxies keep it.',
      mend: 'Replace that key, and send the new one in the header `Authorization`.',
    },
    signature_invalid: {
      meaning: 'A callback has no valid signature, nor a valid token in its address.',
      mend: 'Enter `callback_url` of the connection at the vendor, and the vendor’s signing secret in the connection.',
    },
  }),
  ...withStatus(403, {
    forbidden: { meaning: 'The request is not allowed.', mend: 'The detail says why.' },
    scope_missing: {
      meaning: 'The API key lacks the scope that the request needs.',
      mend: 'Use a key with the scope that the detail names.',
    },
    test_key_not_allowed: {
      meaning: 'The key is of test mode, and what was asked for is live.',
      mend: 'Use a live key: a test key sees and changes test messages and test keys alone.',
    },
  }),
};
