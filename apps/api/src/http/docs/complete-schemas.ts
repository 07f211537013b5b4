import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, type Schema, visitSchemas } from './openapi.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;
const HTTPS = /^https:\/\/[\w.-]+(\/|$)/;

/** Says in each schema what @nestjs/swagger leaves out. */
export function completeSchemas(document: OpenAPIObject): void {
  visitSchemas(document, (schema) => {
    openFreeJson(schema);
    // The API counts: no number of its own schemas has a fraction.
    if (schema.type === 'number' && schema.description !== RESPONSE_TIME) schema.type = 'integer';
    if (schema.type === 'string') addFormat(schema);
    describeDefaults(schema);
  });
  for (const { operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) {
      if ('in' in parameter && parameter.in === 'path' && /^(id|\w+Id)$/.test(parameter.name))
        parameter.schema = { type: 'string', format: 'uuid' };
    }
  }
}

/** The one that terminus describes, of the answers about health. */
const RESPONSE_TIME = 'Time the health indicator took to respond, in ms';

/**
 * An object of which nothing is known takes any property; generators read one that does not say so as one without
 * properties.
 */
function openFreeJson(schema: Schema): void {
  if (schema.type !== 'object' || schema.additionalProperties !== undefined || schema.allOf) return;
  if (Object.keys(schema.properties ?? {}).length > 0) return;
  delete schema.properties;
  schema.additionalProperties = true;
}

/** As its example has it. */
function addFormat(schema: Schema): void {
  const { format, enum: values } = schema;
  if (format === 'date-time') schema.example ??= '2026-11-30T09:00:00.000Z';
  const example: unknown = schema.example;
  if (format || values || typeof example !== 'string') return;
  if (UUID.test(example)) schema.format = 'uuid';
  else if (INSTANT.test(example)) schema.format = 'date-time';
  else if (HTTPS.test(example)) schema.format = 'uri';
}

/** In words: generators take a property with a `default` for one that must be given. */
function describeDefaults({ properties = {} }: Schema): void {
  for (const property of Object.values(properties)) {
    if ('$ref' in property || property.default === undefined) continue;
    const words = `Default: \`${JSON.stringify(property.default)}\`.`;
    property.description = property.description ? `${property.description} ${words}` : words;
    delete property.default;
  }
}
