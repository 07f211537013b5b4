import type { OpenAPIObject } from '@nestjs/swagger';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../../../apps/api/src/http/docs/openapi.js';
import { TestApi } from '../../../test/support/api.js';

const HEAD = '// Generated from the API’s description: npx vitest run libs/client -u\n\n';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

/** What a client with a key uses: problems are one class of it, and headers are read where they are needed. */
function usedOf(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.keys(document.paths))
    if (!path.startsWith('/v1/')) Reflect.deleteProperty(document.paths, path);
  for (const { operation } of operationsOf(document)) {
    const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
    for (const [, answer] of answers) Reflect.deleteProperty(answer ?? {}, 'headers');
    operation.responses = Object.fromEntries(answers);
  }
  document.components = { schemas: document.components?.schemas ?? {} };
  return document;
}

describe('the types of @outbell/client', () => {
  it('are those of the API of now', async () => {
    const document = usedOf((await api.app.inject({ url: '/docs-json' })).json());
    const types = astToString(await openapiTS(document as unknown as OpenAPI3));
    await expect(HEAD + types).toMatchFileSnapshot('./api.generated.ts');
  });
});
