import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of an OpenAPI document that @nestjs/swagger makes and does not export by name. */
export type Components = NonNullable<OpenAPIObject['components']>;
export type Schema = Exclude<NonNullable<Components['schemas']>[string], { $ref: string }>;
export type SchemaOrRef = NonNullable<Components['schemas']>[string];
export type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
export type Response = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>;
export type Headers = NonNullable<Response['headers']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** One operation and where it is. */
export interface Placed {
  path: string;
  method: (typeof METHODS)[number];
  operation: Operation;
}

export function operationsOf({ paths }: OpenAPIObject): Placed[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** Calls `visit` for each schema of the document, those within others first. */
export function visitSchemas(document: OpenAPIObject, visit: (schema: Schema) => void): void {
  for (const schema of Object.values(document.components?.schemas ?? {})) visitSchema(schema, visit);
  for (const { operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) if ('schema' in parameter) visitSchema(parameter.schema, visit);
    for (const body of [operation.requestBody, ...Object.values(operation.responses)]) {
      if (!body || !('content' in body)) continue;
      for (const { schema } of Object.values(body.content ?? {})) visitSchema(schema, visit);
    }
  }
}

function visitSchema(schema: SchemaOrRef | undefined, visit: (schema: Schema) => void): void {
  if (!schema || '$ref' in schema) return;
  const { properties = {}, additionalProperties, items, allOf = [], anyOf = [], oneOf = [] } = schema;
  const within = [...Object.values(properties), ...[items].flat(), ...allOf, ...anyOf, ...oneOf];
  for (const each of within) visitSchema(each, visit);
  if (typeof additionalProperties === 'object') visitSchema(additionalProperties, visit);
  visit(schema);
}
