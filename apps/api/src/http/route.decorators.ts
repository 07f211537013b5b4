import { applyDecorators, Delete, Get, HttpCode, Patch, Post, type Type } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import { OpenToTestKeys, RequireScope } from '../auth/access.decorators.js';
import { Idempotent } from './idempotent.decorator.js';

export interface RouteOptions {
  summary: string;
  description?: string;
  /** Below the path of the controller. */
  path?: string;
  /** Tells whether keys of test mode may call it; default: they may not. */
  testKeys?: boolean;
  /** Of success. */
  status?: 200 | 201 | 202 | 204;
}

/** Decorates a handler; the compiler refuses one that answers with anything else. */
type HandlerOf<Answer> = <Method extends (...args: never[]) => Answer | Promise<Answer>>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

const BY_PAGES = 'By pages: `next_cursor` of one is the `cursor` of the next.';

/** Answers a request that succeeds with this status, and documents it. @param type of the body; none: there is none */
export function Answers<Answer>(status: 200 | 201 | 202 | 204, type?: Type<Answer>): HandlerOf<Answer> {
  return applyDecorators(HttpCode(status), ApiResponse({ status, ...(type && { type }) }));
}

/** Lists what there is, newest first, page by page. */
export function ListRoute<Page>(scope: Scope, page: Type<Page>, options: RouteOptions): HandlerOf<Page> {
  const description = `${options.description ?? ''} ${BY_PAGES}`.trim();
  return route(Get, scope, page, { path: '', ...options, description });
}

/** Shows one thing by its id. */
export function ReadRoute<Answer>(scope: Scope, answer: Type<Answer>, options: RouteOptions): HandlerOf<Answer> {
  return route(Get, scope, answer, options);
}

/** Makes a thing, once for each Idempotency-Key; `made` as `@Idempotent()` takes it. */
export function CreateRoute<Answer>(
  scope: Scope,
  answer: Type<Answer>,
  { made, ...options }: RouteOptions & { made?: string },
): HandlerOf<Answer> {
  return applyDecorators(Idempotent(made), route(Post, scope, answer, { path: '', status: 201, ...options }));
}

/** Changes some fields of one thing. */
export function UpdateRoute<Answer>(scope: Scope, answer: Type<Answer>, options: RouteOptions): HandlerOf<Answer> {
  return route(Patch, scope, answer, options);
}

/** Does something to one thing, and shows it: `POST :id/…`. */
export function ActionRoute<Answer>(
  scope: Scope,
  answer: Type<Answer>,
  options: RouteOptions & { path: string },
): HandlerOf<Answer> {
  return applyDecorators(Idempotent(), route(Post, scope, answer, options));
}

/** Removes one thing, or takes it out of use. */
export function DeleteRoute(scope: Scope, options: RouteOptions): HandlerOf<unknown> {
  return route(Delete, scope, undefined, { status: 204, ...options });
}

function route<Answer>(
  verb: (path: string) => MethodDecorator,
  scope: Scope,
  answer: Type<Answer> | undefined,
  { path = ':id', status = 200, testKeys = false, summary, description }: RouteOptions,
): HandlerOf<Answer> & MethodDecorator {
  return applyDecorators(
    verb(path),
    RequireScope(scope),
    ...(testKeys ? [OpenToTestKeys()] : []),
    ApiOperation({ summary, ...(description !== undefined && { description }) }),
    Answers(status, answer) as MethodDecorator,
  );
}
