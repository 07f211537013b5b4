import type { OpenAPIObject } from '@nestjs/swagger';
import { CSV, NDJSON } from '../lists/list-body.js';
import { type Operation, operationsOf } from './openapi.js';

type Content = Extract<NonNullable<Operation['requestBody']>, { content: unknown }>['content'];

/**
 * Shows the first named example of a body as that of its schema, too: "Try it out", generators and samplers otherwise
 * put one together of all properties, which together are no valid request. That of a list is shown in either of its
 * forms.
 */
export function showExamples(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const { requestBody } = operation;
    if (!requestBody || !('content' in requestBody)) continue;
    showNamed(document, requestBody.content);
    showLines(requestBody.content);
  }
}

function showNamed(document: OpenAPIObject, content: Content): void {
  const { schema, examples } = content['application/json'] ?? {};
  const [first] = Object.values(examples ?? {});
  if (!schema || !('$ref' in schema) || !first || '$ref' in first) return;
  const shown = document.components?.schemas?.[schema.$ref.slice('#/components/schemas/'.length)];
  if (shown && !('$ref' in shown)) shown.example ??= first.value as unknown;
}

/** @param content whose example as CSV quotes nothing */
function showLines(content: Content): void {
  const csv = content[CSV]?.schema;
  if (!csv || '$ref' in csv || !content[NDJSON]) return;
  const [head = [], ...rows] = String(csv.example)
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const objects = rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index]])));
  content[NDJSON].schema = { ...csv, example: objects.map((each) => `${JSON.stringify(each)}\n`).join('') };
}
