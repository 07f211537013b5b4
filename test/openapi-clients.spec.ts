import { createClient as generateHeyApi } from '@hey-api/openapi-ts';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from './support/api.js';
import { TenantFactory } from './support/factories.js';

/** Where the generated clients find their packages, as one in a project would. */
const ROOT = path.join(import.meta.dirname, '..', '.outbell');

/** What both programs do, each by its client: send, list, explain, and make what had no type before. */
const PROGRAM_OF_OPENAPI_FETCH = `
import createClient from 'openapi-fetch';
import type { components, paths } from './types.js';

const [url, key] = process.argv.slice(2) as [string, string];
const api = createClient<paths>({ baseUrl: url, headers: { authorization: \`Bearer \${key}\` } });
const message: components['schemas']['CreateMessageDto'] = {
  channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'Hi', text: 'Hello',
  metadata: { order: { id: 17 } },
};
const sent = await api.POST('/v1/messages', { body: message });
if (!sent.data) throw new Error(sent.error.detail);
const id: string = sent.data.id;
const list = await api.GET('/v1/messages', { params: { query: { status: 'queued' } } });
const explained = await api.GET('/v1/messages/{id}/explain', { params: { path: { id } } });
const template = { name: 'welcome', channel: 'email', subject: 'Hi', html: null, text: 'Hello {{name}}' } as const;
const made = await api.POST('/v1/templates', { body: template });
const refused = await api.POST('/v1/messages', { body: { ...message, to: 'nobody' } });
const code: 'invalid_address' | undefined = refused.error?.code === 'invalid_address' ? refused.error.code : undefined;
const order: unknown = list.data?.data[0]?.metadata?.['order'];
const limit: number = Number(list.response.headers.get('RateLimit-Limit'));
const listed = list.data?.data.map((each) => each.id);
const summary = explained.data?.summary;
console.log(JSON.stringify({ listed, id, order, summary, template: made.data?.name, code, limit }));
`;

const PROGRAM_OF_HEY_API = `
import { createClient } from './client/index.js';
import { createMessage, createTemplate, explainMessage, listMessages } from './index.js';
import type { CreateMessageDto } from './index.js';

const [url, key] = process.argv.slice(2) as [string, string];
const client = createClient({ baseUrl: url, auth: key });
const body: CreateMessageDto = {
  channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'Hi', text: 'Hello',
  metadata: { order: { id: 17 } },
};
const sent = await createMessage({ client, body, throwOnError: true });
const id: string = sent.data.id;
const list = await listMessages({ client, query: { status: 'queued' }, throwOnError: true });
const explained = await explainMessage({ client, path: { id }, throwOnError: true });
const template = { name: 'welcome', channel: 'email', subject: 'Hi', html: null, text: 'Hello {{name}}' } as const;
const made = await createTemplate({ client, body: template, throwOnError: true });
const refused = await createMessage({ client, body: { ...body, to: 'nobody' } });
const code: string | undefined = refused.error?.code;
const order: unknown = list.data.data[0]?.metadata?.['order'];
const limit: number = Number(list.response.headers.get('RateLimit-Limit'));
const listed = list.data.data.map((each) => each.id);
const summary = explained.data.summary;
console.log(JSON.stringify({ listed, id, order, summary, template: made.data.name, code, limit }));
`;

let api: TestApi;
let folder: string;
let document: OpenAPI3;

beforeAll(async () => {
  api = await TestApi.start();
  await api.app.listen(0, '127.0.0.1');
  document = (await api.app.inject({ url: '/docs-json' })).json();
  mkdirSync(ROOT, { recursive: true });
  folder = mkdtempSync(path.join(ROOT, 'clients-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.stop();
});

/** Compiles a program as `tsc --strict` does. @returns what it complains of */
function compiled(file: string): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    typeRoots: [path.join(ROOT, '..', 'node_modules', '@types')],
  });
  const { diagnostics } = program.emit();
  const found = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  return found.map(({ file: where, messageText }) => {
    return `${where?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** Runs a compiled program for a tenant of its own. @returns what it said */
async function run(file: string): Promise<unknown> {
  const { tenantId } = await TenantFactory.create(api.database.dataSource);
  const { key } = await api.newKey({ tenantId });
  const { stdout } = await promisify(execFile)(process.execPath, [file, await api.app.getUrl(), key]);
  return JSON.parse(stdout);
}

function expectSaid(said: unknown): void {
  const { id } = said as { id: string };
  expect(said).toEqual({
    id,
    listed: [id],
    order: { id: 17 },
    summary: expect.stringContaining('Waits') as string,
    template: 'welcome',
    code: 'invalid_address',
    limit: expect.any(Number) as number,
  });
}

describe('a client generated of the OpenAPI document', () => {
  it('by openapi-typescript compiles strictly, and sends, lists, explains', { timeout: 60_000 }, async () => {
    const own = path.join(folder, 'openapi-typescript');
    mkdirSync(own);
    writeFileSync(path.join(own, 'types.ts'), astToString(await openapiTS(document)));
    writeFileSync(path.join(own, 'program.ts'), PROGRAM_OF_OPENAPI_FETCH);
    expect(compiled(path.join(own, 'program.ts'))).toEqual([]);
    expectSaid(await run(path.join(own, 'program.js')));
  });

  it('by @hey-api/openapi-ts compiles strictly, and sends, lists, explains', { timeout: 60_000 }, async () => {
    const own = path.join(folder, 'hey-api');
    const plugins = ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'] as const;
    await generateHeyApi({
      input: document as never,
      output: { path: own, module: { extension: '.js' } },
      plugins: [...plugins],
      logs: { level: 'silent' },
    });
    writeFileSync(path.join(own, 'program.ts'), PROGRAM_OF_HEY_API);
    expect(compiled(path.join(own, 'program.ts'))).toEqual([]);
    expectSaid(await run(path.join(own, 'program.js')));
  });
});
