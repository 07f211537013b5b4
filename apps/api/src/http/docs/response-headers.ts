import type { OpenAPIObject } from '@nestjs/swagger';
import type { Headers, Operation } from './openapi.js';
import { operationsOf } from './openapi.js';

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;

/** What is said of each header, once; responses refer to it. */
const HEADERS = {
  'X-Request-Id': { description: 'The id of the request: `instance` of a problem, and on log lines.', schema: TEXT },
  'Idempotent-Replayed': {
    description: '`true`: the answer is that of an earlier request under the same Idempotency-Key.',
    schema: TEXT,
  },
  'RateLimit-Policy': { description: 'The limits of the key, such as `"60s";q=600;w=60`.', schema: TEXT },
  RateLimit: { description: 'What is left of the tightest limit, such as `"60s";r=599;t=60`.', schema: TEXT },
  'RateLimit-Limit': { description: 'Requests that the tightest limit allows.', schema: COUNT },
  'RateLimit-Remaining': { description: 'Requests that are left of it.', schema: COUNT },
  'RateLimit-Reset': { description: 'Seconds until it allows all again.', schema: COUNT },
  'Retry-After': { description: 'Seconds after which to ask again.', schema: COUNT },
  'WWW-Authenticate': { description: '`Bearer`.', schema: TEXT },
  Allow: { description: 'Of 405: the methods that the path takes.', schema: TEXT },
} as const;
export type HeaderName = keyof typeof HEADERS;

/** Every answer has it. */
const ALWAYS = ['X-Request-Id'] as const satisfies HeaderName[];

/** Of answers to a valid key that is limited. */
export const LIMITED = [
  'RateLimit-Policy',
  'RateLimit',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
] as const satisfies HeaderName[];

/** References to what is said of these headers, and of those that every answer has. */
export function headers(...names: HeaderName[]): Headers {
  return Object.fromEntries([...ALWAYS, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** What a status says where the handler adds nothing. */
const SUCCEEDED: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Accepted: it is carried out in the background.',
  204: 'Done; the answer has no body.',
};

/** Documents what succeeds: its headers, and what its status says. */
export function documentHeaders(document: OpenAPIObject): void {
  document.components = { ...document.components, headers: HEADERS };
  for (const { operation } of operationsOf(document)) {
    const theirs = headers(...(isSecured(operation) ? LIMITED : []), ...(isIdempotent(operation) ? REPLAYED : []));
    for (const [status, response] of Object.entries(operation.responses)) {
      if (response && !('$ref' in response)) {
        response.description ||= SUCCEEDED[status] ?? '';
        const own = status.startsWith('2') ? theirs : headers();
        response.headers = { ...own, ...response.headers };
      }
    }
  }
}

const REPLAYED = ['Idempotent-Replayed'] as const satisfies HeaderName[];

export function isSecured({ security = [] }: Operation): boolean {
  return security.length > 0;
}

/** Tells whether it takes an Idempotency-Key. */
export function isIdempotent({ parameters = [] }: Operation): boolean {
  return parameters.some((parameter) => 'name' in parameter && parameter.name === 'Idempotency-Key');
}
