import { HttpException, HttpStatus } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a list of many rows (`@RouteConfig({ list: true })`): its body is the stream it comes in. */
    list?: boolean;
  }
}

export const CSV = 'text/csv';
export const NDJSON = 'application/x-ndjson';
export const NDJSON_TYPES = [NDJSON, 'application/ndjson', 'application/jsonl'];

/** Lists are not read before whoever wants them reads them, and so take no room. */
export function readListBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser([CSV, ...NDJSON_TYPES], (request, payload, done) => {
    const { list, rawBody } = request.routeOptions.config;
    if (list) return done(null, payload);
    if (request.is404) return done(null);
    if (rawBody === undefined) return done(unsupported('The body must be application/json.'));
    // A callback in such a type is nobody's.
    done(unsupported('The body is in a type that is not read here.'));
  });
}

export interface ListBody {
  format: 'csv' | 'ndjson';
  charset: string | undefined;
  stream: Readable;
}

/** @throws {HttpException} 415 for a body that is no list */
export function listOf({ headers, body }: FastifyRequest): ListBody {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const [, charset] = /charset\s*=\s*"?([^\s";]+)/.exec(parameters.join(';')) ?? [];
  const format = type.trim() === CSV ? 'csv' : 'ndjson';
  const known = [CSV, ...NDJSON_TYPES].includes(type.trim());
  if (!known || !isStream(body)) throw unsupported(`The body must be ${CSV} or ${NDJSON}.`);
  return { format, charset, stream: body };
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function unsupported(text: string): HttpException {
  return new HttpException(text, HttpStatus.UNSUPPORTED_MEDIA_TYPE);
}
