import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_CODES } from '@outbell/shared/constants/problem-codes.js';
import { STATUS_CODES } from 'node:http';
import { operationsOf, type Placed, type Response } from './openapi.js';
import { headers, type HeaderName, isIdempotent, isSecured, LIMITED } from './response-headers.js';

/** The shared responses, by status: their names are those of the field, whatever Node calls a status. */
const RESPONSES: Readonly<Record<string, { name: string; headers: readonly HeaderName[] }>> = {
  400: { name: 'BadRequest', headers: [] },
  401: { name: 'Unauthorized', headers: ['WWW-Authenticate'] },
  403: { name: 'Forbidden', headers: [] },
  404: { name: 'NotFound', headers: [] },
  409: { name: 'Conflict', headers: [] },
  413: { name: 'ContentTooLarge', headers: [] },
  415: { name: 'UnsupportedMediaType', headers: [] },
  422: { name: 'UnprocessableContent', headers: [] },
  429: { name: 'TooManyRequests', headers: ['Retry-After', ...LIMITED] },
  500: { name: 'InternalError', headers: [] },
  503: { name: 'Unavailable', headers: ['Retry-After'] },
};

const SCHEMA = { $ref: '#/components/schemas/Problem' };
const INSTANCE = '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80';

/**
 * Documents how each operation can fail: from whether it takes a key, a body, an id or an Idempotency-Key. What a
 * handler says itself of a status stays its description.
 *
 * @param publicUrl where the pages of the codes are
 */
export function documentProblems(document: OpenAPIObject, publicUrl: string): void {
  const shared = Object.entries(RESPONSES).map(([status, { name, headers: theirs }]) => {
    return [name, problemResponse(Number(status), theirs, publicUrl)] as const;
  });
  document.components = { ...document.components, responses: Object.fromEntries([...shared, ['Problem', ANY]]) };
  for (const placed of operationsOf(document)) {
    const { responses } = placed.operation;
    for (const status of statusesOf(placed)) {
      const own = responses[status];
      const name = RESPONSES[status]?.name;
      if (own && '$ref' in own) continue;
      if (own?.content && !isProblem(own)) continue;
      const ref = { $ref: `#/components/responses/${name}` };
      responses[status] = own?.description
        ? {
            ...problemResponse(Number(status), RESPONSES[status]?.headers ?? [], publicUrl),
            description: own.description,
          }
        : ref;
    }
    responses['default'] = { $ref: '#/components/responses/Problem' };
  }
}

function statusesOf({ path, method, operation }: Placed): string[] {
  const { requestBody, responses } = operation;
  const secured = isSecured(operation);
  const statuses = [
    '400',
    ...(secured ? ['401', '403', '429'] : []),
    ...(path.includes('{') ? ['404'] : []),
    ...(isIdempotent(operation) ? ['409', '422'] : []),
    ...(method === 'patch' ? ['409'] : []),
    ...(requestBody ? ['413', '415'] : []),
    '500',
    '503',
  ];
  const own = Object.keys(responses).filter((status) => status in RESPONSES);
  return [...new Set([...statuses, ...own])].sort();
}

function isProblem({ content = {} }: Response): boolean {
  return Object.values(content).some(({ schema }) => schema && '$ref' in schema && schema.$ref === SCHEMA.$ref);
}

const ANY: Response = {
  description: 'Any other problem (RFC 9457), such as 405 for a method that the path does not take.',
  headers: headers('Allow'),
  content: { 'application/problem+json': { schema: SCHEMA } },
};

function problemResponse(status: number, theirs: readonly HeaderName[], publicUrl: string): Response {
  const codes = Object.entries(PROBLEM_CODES).filter(([, known]) => known.status === status);
  const examples = codes.map(([code, { meaning }]) => {
    const type = new URL(`/problems/${code}`, publicUrl).href;
    const value = { type, title: STATUS_CODES[status] ?? 'Error', status, detail: meaning, instance: INSTANCE, code };
    return [code, { summary: meaning, value }] as const;
  });
  return {
    description: `A problem (RFC 9457). Codes: ${codes.map(([code]) => `\`${code}\``).join(', ')}.`,
    headers: headers(...theirs),
    content: { 'application/problem+json': { schema: SCHEMA, examples: Object.fromEntries(examples) } },
  };
}
