import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './openapi.js';

/**
 * Shows the first named example of a body as that of its schema, too: "Try it out", generators and samplers otherwise put one together of all
 * properties, which together are no valid request.
 */
export function showExamples(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const { requestBody } = operation;
    if (!requestBody || !('content' in requestBody)) continue;
    const { schema, examples } = requestBody.content['application/json'] ?? {};
    const [first] = Object.values(examples ?? {});
    if (!schema || !('$ref' in schema) || !first || '$ref' in first) continue;
    const shown = document.components?.schemas?.[schema.$ref.slice('#/components/schemas/'.length)];
    if (shown && !('$ref' in shown)) shown.example ??= first.value as unknown;
  }
}
