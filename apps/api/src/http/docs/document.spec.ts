import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_CODES } from '@outbell/shared/constants/problem-codes.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../../test/support/api.js';
import { TenantFactory } from '../../../../../test/support/factories.js';
import { operationsOf, type Placed, type Response, type Schema, visitSchemas } from './openapi.js';

let api: TestApi;
let document: OpenAPIObject;
let operations: Placed[];

beforeAll(async () => {
  api = await TestApi.start({ PUBLIC_URL: 'https://outbell.acme.org' });
  document = (await api.app.inject({ url: '/docs-json' })).json();
  operations = operationsOf(document);
});
afterAll(() => api.stop());

const nameOf = ({ method, path }: Placed) => `${method} ${path}`;

function responseOf({ operation }: Placed, status: string): Response | undefined {
  const told = operation.responses[status];
  if (!told || !('$ref' in told)) return told;
  return document.components?.responses?.[told.$ref.split('/').at(-1)!] as Response;
}

function schema(name: string): Schema & { properties: Record<string, Schema> } {
  return document.components!.schemas![name] as Schema & { properties: Record<string, Schema> };
}

describe('the OpenAPI document', () => {
  it('says where the API is, and what its key is', () => {
    expect(document.servers).toEqual([{ url: 'https://outbell.acme.org', description: 'This installation' }]);
    const { bearer } = document.components!.securitySchemes!;
    expect(bearer).toEqual({
      type: 'http',
      scheme: 'bearer',
      description: expect.stringContaining('ob_live_') as string,
    });
  });

  it('names every operation, each otherwise, by what it does and to what', () => {
    const ids = operations.map(({ operation }) => operation.operationId!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect
        .soft(id)
        .toMatch(
          new RegExp(
            String.raw`^(unsubscribe|(create|list|get|update|delete|explain|cancel|retry|publish|preview|archive|` +
              String.raw`verify|resend|import|export|register|deactivate|follow|revoke|resume|report|` +
              String.raw`receive)[A-Z]\w*)$`,
          ),
        );
    }
    expect(ids).toEqual(expect.arrayContaining(['createMessage', 'listMessages', 'explainMessage', 'cancelMessage']));
  });

  it('groups operations by described tags, messages first', () => {
    const tags = document.tags!.map(({ name }) => name);
    expect(tags[0]).toBe('messages');
    expect(document.tags!.filter(({ description }) => !description)).toEqual([]);
    expect([...new Set(operations.map(({ operation }) => operation.tags![0]))]).toEqual(tags);
  });

  it('says of each operation whether it needs a key, and which problems it answers with', () => {
    for (const placed of operations) {
      const secured = placed.path.startsWith('/v1/');
      expect.soft(placed.operation.security, nameOf(placed)).toEqual(secured ? [{ bearer: [] }] : []);
      const always = ['400', '500', '503', 'default', ...(secured ? ['401', '403', '429'] : [])];
      const body = placed.operation.requestBody ? ['413', '415'] : [];
      const id = placed.path.includes('{') ? ['404'] : [];
      for (const status of [...always, ...body, ...id]) {
        expect.soft(responseOf(placed, status)?.content, `${status} of ${nameOf(placed)}`).toBeDefined();
      }
    }
  });

  it('gives problems one form and every code, with an example of each', () => {
    const shown = Object.values(document.components!.responses!).flatMap((response) => {
      const { schema: form, examples } = (response as Response).content!['application/problem+json']!;
      expect(form).toEqual({ $ref: '#/components/schemas/Problem' });
      return Object.keys(examples ?? {});
    });
    const elsewhere = [405, 408, 414, 431];
    const expected = Object.entries(PROBLEM_CODES).filter(([, { status }]) => !elsewhere.includes(status));
    expect(shown.sort()).toEqual(expected.map(([code]) => code).sort());
    expect(schema('ProblemCode').enum).toEqual(Object.keys(PROBLEM_CODES));
  });

  it('has no free JSON without properties, no text of type object, no default taken for required', () => {
    expect(schema('CreateTemplateDto').properties['html']).toMatchObject({ type: 'string', nullable: true });
    expect(schema('CreateMessageDto').properties['variables']).toMatchObject({ additionalProperties: true });
    visitSchemas(document, (each) => {
      if (each.type === 'object' && !each.allOf) {
        const says = each.properties ?? each.additionalProperties;
        expect.soft(says, JSON.stringify(each)).toBeDefined();
        expect.soft(typeof (each.example ?? {}), JSON.stringify(each)).toBe('object');
      }
      for (const [name, property] of Object.entries(each.properties ?? {})) {
        expect.soft(property, name).not.toHaveProperty('default');
      }
    });
  });

  it('documents the headers that answers have', async () => {
    const { tenantId } = await TenantFactory.create(api.database.dataSource);
    const key = await api.newKey({ tenantId });
    const payload = {
      channel: 'email',
      to: 'ann@example.org',
      sender: 'shop@example.com',
      subject: 'Hi',
      text: 'Hello',
    };
    const headers = { ...key.headers, 'idempotency-key': 'one' };
    const send = () => api.app.inject({ method: 'POST', url: '/v1/messages', headers, payload });
    await send();
    const repeated = await send();
    const placed = operations.find(({ operation }) => operation.operationId === 'createMessage')!;
    const documented = Object.keys(responseOf(placed, '202')!.headers!);
    expect(documented).toEqual(expect.arrayContaining(['X-Request-Id', 'Idempotent-Replayed', 'RateLimit-Remaining']));
    for (const name of documented) expect.soft(repeated.headers[name.toLowerCase()], name).toBeDefined();
    const unknown = await api.app.inject({ url: '/v1/messages' });
    for (const name of Object.keys(responseOf(placed, '401')!.headers!)) {
      expect.soft(unknown.headers[name.toLowerCase()], name).toBeDefined();
    }
    expect(Object.keys(responseOf(placed, '429')!.headers!)).toContain('Retry-After');
    expect(Object.keys(responseOf(placed, 'default')!.headers!)).toContain('Allow');
  });
});
