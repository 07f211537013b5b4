import { ValidateBy } from 'class-validator';

/** Of FCM's 4,096 bytes the title, the text and the envelope need the rest. */
const MAX_BYTES = 3_072;

/** What FCM keeps for itself. */
const RESERVED = /^(|from|message_type|collapse_key|(google|gcm).*)$/;

/** An object of texts, small enough to travel in a push notification. */
export function IsPushData(): PropertyDecorator {
  const message = `must be an object of texts, of at most ${MAX_BYTES} bytes of JSON, with no key that is empty or reserved (from, message_type, collapse_key, google…, gcm…)`;
  return ValidateBy({ name: 'isPushData', validator: { validate: isPushData, defaultMessage: () => message } });
}

function isPushData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return (
    Object.entries(value).every(([key, text]) => typeof text === 'string' && !RESERVED.test(key)) &&
    Buffer.byteLength(JSON.stringify(value)) <= MAX_BYTES
  );
}
