import { HttpException, HttpStatus } from '@nestjs/common';
import { type FieldError, InputError } from '@outbell/shared/errors.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { KEYLESS_BODY, limitBodies } from './body-limits.js';
import { checkJson, MAX_ITEMS } from './check-json.js';
import { jsonFault } from './json-fault.js';
import { checkStructure, MAX_BATCH_VALUES, MAX_VALUES } from './json-structure.js';
import { parseList, tooManyItems } from './parse-list.js';

/**
 * Stands in a batch where an item stood that no part of the engine can hold: it is answered with what is wrong, the
 * others go on.
 */
export class RefusedItem {
  constructor(readonly errors: FieldError[]) {}
}

/** A list of a body whose items are accepted or refused one by one. */
interface Batch {
  /** The field that holds it. */
  list: string;
  /** More are refused before any is parsed. */
  maxItems: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a batch: an item that is no sound JSON comes as a `RefusedItem`. */
    batch?: Batch;
  }
}

/** A body of this many bytes may be a batch. */
const LONG = 16_384;

/**
 * Bodies are JSON objects in strict UTF-8, uncompressed (a small gzip can hold gigabytes). Fastify answers 413 for a
 * body over BODY_LIMIT, or over what a caller without a key may send. An empty body is none: what is missing is then
 * named by the DTO.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', forgetLostBodies);
  fastify.addHook('onRequest', refuseCompression);
  limitBodies(fastify);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      const { batch } = request.routeOptions.config;
      if (isRaw(request)) return done(null, body);
      if (!saysUtf8(request)) throw unsupported('JSON is read as UTF-8.');
      done(null, body.length === 0 ? undefined : parseJson(body, batch));
    } catch (error) {
      done(error as Error);
    }
  });
  const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'];
  fastify.addContentTypeParser(forms, { parseAs: 'buffer', bodyLimit: KEYLESS_BODY }, (request, body: Buffer, done) => {
    if (isRaw(request)) done(null, body);
    else done(unsupported('The body must be application/json.'));
  });
  // Without `parseAs`: a body that nobody wants is not read.
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
    if (request.is404) return undefined;
    const { rawBody } = request.routeOptions.config;
    if (rawBody === undefined) throw unsupported('The body must be application/json.');
    return readUpTo(rawBody, payload);
  });
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
 * @param batch whose items are looked at one by one
 * @returns the object of a body
 * @throws {InputError} when it is no JSON object, or holds what `checkStructure` or `checkJson` refuse
 */
export function parseJson(body: Buffer, batch?: Batch): object {
  if (!isUtf8(body)) throw InputError.forField('body', 'is not valid UTF-8', 400, 'wrong_format');
  const values = batch ? MAX_BATCH_VALUES : MAX_VALUES;
  const limits = { items: batch?.maxItems ?? MAX_ITEMS, values };
  const value = (body.length > LONG && parseList(body, limits)) || parse(body, values);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw InputError.forField('body', 'must be a JSON object: {…}', 400, 'wrong_type');
  }
  // JSON in UTF-8 holds neither a NUL nor half a surrogate pair but by an escape.
  const texts = body.includes('\\u');
  const items = batch && (value as Record<string, unknown>)[batch.list];
  if (Array.isArray(items)) checkBatch(value as Record<string, unknown>, batch as Batch, items, texts);
  else checkJson(value, [], texts);
  return value;
}

function parse(body: Buffer, maxValues: number): unknown {
  checkStructure(body, maxValues);
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw InputError.forField('body', `is not valid JSON ${jsonFault(text)}`.trim(), 400, 'malformed_json');
  }
}

/** Exchanges each item that is refused. */
function checkBatch(body: Record<string, unknown>, { list, maxItems }: Batch, items: unknown[], texts: boolean): void {
  if (items.length > maxItems) throw tooManyItems(list, maxItems);
  checkJson({ ...body, [list]: null }, [], texts);
  for (const [index, item] of items.entries()) {
    // What is no object is refused for that.
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
    try {
      checkJson(item, [], texts);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      items[index] = new RefusedItem(error.errors);
    }
  }
}

/** Forgets the type and coding of a body that no route waits for: it is answered 404 or 405, and not read. */
function forgetLostBodies(request: FastifyRequest, _reply: unknown, done: () => void): void {
  if (request.is404) {
    delete request.headers['content-type'];
    delete request.headers['content-encoding'];
  }
  done();
}

function refuseCompression(request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') done();
  else done(unsupported('Send the body uncompressed, without Content-Encoding.'));
}

function saysUtf8(request: FastifyRequest): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(request.headers['content-type'] ?? '') ?? [];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
}

function unsupported(detail: string): HttpException {
  return new HttpException(detail, HttpStatus.UNSUPPORTED_MEDIA_TYPE);
}
