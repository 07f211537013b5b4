import { HttpException, HttpStatus } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { checkJson } from './check-json.js';
import { jsonFault } from './json-fault.js';
import { parseList } from './parse-list.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a form (`@RouteConfig({ form: true })`): its body is the form's text, as it came. */
    form?: boolean;
    /** The route takes any body, as the bytes it came in, up to so many of them (`@RouteConfig({ rawBody: 1_048_576 })`). */
    rawBody?: number;
  }
}

/** A body of this many bytes may be a batch. */
const LONG = 16_384;

/**
 * Bodies are JSON objects in strict UTF-8, uncompressed (a small gzip can hold gigabytes). Fastify answers 413 for a body over BODY_LIMIT.
 * An empty body is none: what is missing is then named by the DTO.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', refuseCompression);
  fastify.addHook('onRoute', limitRawBody);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      if (isRaw(request)) return done(null, body);
      if (!saysUtf8(request)) throw unsupported('JSON is read as UTF-8.');
      done(null, body.length === 0 ? undefined : parseJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'];
  fastify.addContentTypeParser(forms, { parseAs: 'buffer', bodyLimit: 4096 }, (request, body: Buffer, done) => {
    if (isRaw(request)) done(null, body);
    else if (request.routeOptions.config.form) done(null, body.toString());
    else done(unsupported('The body must be application/json.'));
  });
  // Without `parseAs`: a body that nobody wants is not read.
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
    const { rawBody } = request.routeOptions.config;
    if (rawBody === undefined) throw unsupported('The body must be application/json.');
    return readUpTo(rawBody, payload);
  });
}

function limitRawBody(route: RouteOptions): void {
  if (route.config?.rawBody !== undefined) route.bodyLimit = route.config.rawBody;
}

function isRaw(request: FastifyRequest): boolean {
  return request.routeOptions.config.rawBody !== undefined;
}

async function readUpTo(limit: number, payload: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload) {
    length += chunk.length;
    if (length > limit) throw new HttpException('The body is too large.', HttpStatus.PAYLOAD_TOO_LARGE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * @returns the object of a body
 * @throws {InputError} when it is no JSON object, or holds what `checkJson` refuses
 */
export function parseJson(body: Buffer): object {
  if (!isUtf8(body)) throw InputError.of('body', 'is not valid UTF-8', 400, 'wrong_format');
  const value = (body.length > LONG && parseList(body)) || parse(body.toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw InputError.of('body', 'must be a JSON object: {…}', 400, 'wrong_type');
  }
  // JSON in UTF-8 holds neither a NUL nor half a surrogate pair but by an escape.
  checkJson(value, [], body.includes('\\u'));
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw InputError.of('body', `is not valid JSON ${jsonFault(text)}`.trim(), 400, 'malformed_json');
  }
}

function refuseCompression(request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') done();
  else done(unsupported('Send the body uncompressed, without Content-Encoding.'));
}

function saysUtf8(request: FastifyRequest): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(request.headers['content-type'] ?? '') ?? [];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
}

function unsupported(detail: string): HttpException {
  return new HttpException(detail, HttpStatus.UNSUPPORTED_MEDIA_TYPE);
}
