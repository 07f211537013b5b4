import type { OpenAPIObject } from '@nestjs/swagger';
import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { FIELD_CODES } from '@outbell/shared/constants/field-codes.js';
import { MESSAGE_STATUSES } from '@outbell/shared/constants/message-status.js';
import { PRIORITIES } from '@outbell/shared/constants/priorities.js';
import { PROBLEM_CODES } from '@outbell/shared/constants/problem-codes.js';
import { DELIVERY_STEPS } from '@outbell/shared/constants/reasons.js';
import { SCOPES } from '@outbell/shared/constants/scopes.js';
import { SUPPRESSION_SCOPES } from '@outbell/shared/constants/suppression-scopes.js';
import { SUPPRESSION_REASONS } from '@outbell/shared/outcome.js';
import { type Schema, visitSchemas } from './openapi.js';

const PROBLEMS = Object.keys(PROBLEM_CODES);

/** Lists of values that several places take: clients get one type of each. */
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  Channel: CHANNELS,
  MessageStatus: MESSAGE_STATUSES,
  Priority: PRIORITIES,
  Scope: SCOPES,
  DeliveryStep: DELIVERY_STEPS,
  SuppressionReason: SUPPRESSION_REASONS,
  SuppressionScope: SUPPRESSION_SCOPES,
  ProblemCode: PROBLEMS,
  ErrorCode: [...Object.keys(FIELD_CODES), ...PROBLEMS],
};

/** Puts the lists into schemas of their own, and references to them where they stood. */
export function nameEnums(document: OpenAPIObject): void {
  const names = new Map(Object.entries(ENUMS).map(([name, values]) => [values.join(), name]));
  visitSchemas(document, (schema) => {
    const name = schema.enum && names.get(schema.enum.join());
    if (!name) return;
    delete schema.enum;
    delete schema.type;
    const ref = { $ref: `#/components/schemas/${name}` };
    // Beside a reference OpenAPI 3.0 reads nothing.
    Object.assign(schema, Object.keys(schema).length === 0 ? ref : { allOf: [ref] });
  });
  const schemas = Object.entries(ENUMS).map(([name, values]): [string, Schema] => {
    return [name, { type: 'string', enum: [...values] }];
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...Object.fromEntries(schemas) },
  };
}
