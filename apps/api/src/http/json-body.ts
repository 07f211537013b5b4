import { HttpException, HttpStatus } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { checkJson } from './check-json.js';
import { parseList } from './parse-list.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a form (`@RouteConfig({ form: true })`): its body is the form's text, as it came. */
    form?: boolean;
  }
}

/** A body of this many bytes may be a batch. */
const LONG = 16_384;

/**
 * Bodies are JSON objects in strict UTF-8, uncompressed (a small gzip can hold gigabytes). Fastify answers 413 for a body over BODY_LIMIT
 * and 415 for a type nobody reads. An empty body is none: what is missing is then named by the DTO.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', refuseCompression);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      if (!saysUtf8(request)) throw unsupported('JSON is read as UTF-8.');
      done(null, body.length === 0 ? undefined : parseJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'];
  fastify.addContentTypeParser(forms, { parseAs: 'string', bodyLimit: 4096 }, (request, body, done) => {
    if (request.routeOptions.config.form) done(null, body);
    else done(unsupported('The body must be application/json.'));
  });
}

/**
 * @returns the object of a body
 * @throws {InputError} when it is no JSON object, or holds what `checkJson` refuses
 */
export function parseJson(body: Buffer): object {
  if (!isUtf8(body)) throw InputError.of('body', 'is not valid UTF-8');
  const value = (body.length > LONG && parseList(body)) || parse(body.toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw InputError.of('body', 'must be a JSON object: {…}');
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
    throw InputError.of('body', 'is not valid JSON');
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
