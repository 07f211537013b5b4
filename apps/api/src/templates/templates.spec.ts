import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import type { TemplateDto, TemplatePageDto } from './template.dto.js';
import type { TemplateVersionPageDto } from './template-version.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start();
  key = await api.newKey();
});
afterAll(() => api.stop());

const WANTED = { name: 'welcome', channel: 'email', subject: 'Hi {{name}}', html: '<p>Hi {{name}}</p>' };

function post(path: string, payload: object, by = key) {
  return api.app.inject({ method: 'POST', url: `/v1/templates${path}`, headers: by.headers, payload });
}
function get(path: string, by = key) {
  return api.app.inject({ url: `/v1/templates${path}`, headers: by.headers });
}
async function made(changes: object = {}, by = key): Promise<TemplateDto> {
  const answer = await post('', { ...WANTED, name: `t-${Math.random()}`, ...changes }, by);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}
const fieldsOf = (answer: { json<T>(): T }) => [...new Set(answer.json<Problem>().errors?.map(({ field }) => field))];

describe('POST /v1/templates', () => {
  it('makes a template with an unpublished version 1', async () => {
    const answer = await post('', WANTED);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      name: 'welcome',
      channel: 'email',
      locale: 'en',
      published_version: null,
      latest_version: 1,
    });
  });

  it('refuses a second one of that name, channel and locale, and takes another locale', async () => {
    expect((await post('', { ...WANTED, name: 'twice' })).statusCode).toBe(201);
    const again = await post('', { ...WANTED, name: 'twice' });
    expect(again.statusCode).toBe(409);
    expect(fieldsOf(again)).toEqual(['name']);
    expect((await post('', { ...WANTED, name: 'twice', locale: 'de-AT' })).statusCode).toBe(201);
  });

  it('refuses html of which no text can be made, unless there is a text', async () => {
    const html = '<ul><li>'.repeat(20_000);
    const answer = await post('', { ...WANTED, name: 'deep', html });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'text_not_derivable', errors: [{ field: 'html' }] });
    expect((await post('', { ...WANTED, name: 'deep', html, text: 'x' })).statusCode).toBe(201);
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'two words' }],
    ['name', { name: undefined }],
    ['channel', { channel: 'fax' }],
    ['locale', { locale: 'de_AT' }],
    ['locale', { locale: 'DE' }],
    ['subject', { subject: null }],
    ['subject', { subject: 'a\nb' }],
    ['html', { html: { type: 'Program', body: [] } }],
    ['html', { html: '{{#if a}}' }],
    ['html', { html: '{{{name}}}' }],
    ['html', { html: '{{constructor}}' }],
    ['html', { html: undefined }],
    ['text', { text: '{{> x}}' }],
    ['lenient', { lenient: 'yes' }],
    ['html', { channel: 'sms', subject: undefined, text: 'x' }],
    ['tenantId', { tenantId: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
    ['tenant_id', { tenant_id: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
    ['published_version', { published_version: 1 }],
  ])('refuses a wrong %s: %j', async (field, changes) => {
    const answer = await post('', { ...WANTED, name: 'refused', ...changes });
    expect(answer.statusCode).toBe(400);
    expect(fieldsOf(answer)).toEqual([field]);
    expect((await get('?name=refused')).json<TemplatePageDto>().data).toEqual([]);
  });
});

describe('versions', () => {
  it('count up, say which variables they need, and leave the earlier ones as they were', async () => {
    const { id } = await made();
    const second = await post(`/${id}/versions`, { subject: 'x', text: '{{order.id}} {{name}}' });
    expect(second.statusCode).toBe(201);
    expect(second.json()).toMatchObject({ version: 2, html: null, variables: ['name', 'order'], lenient: false });
    const { data } = (await get(`/${id}/versions`)).json<TemplateVersionPageDto>();
    expect(data.map(({ version, html }) => [version, html])).toEqual([
      [2, null],
      [1, WANTED.html],
    ]);
  });

  it('get numbers of their own when made at once', async () => {
    const { id } = await made();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(`/${id}/versions`, { subject: 'x', text: 'y' })),
    );
    const numbers = answers.map((answer) => answer.json<{ version: number }>().version).sort();
    expect(numbers).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('are held to the rules of their channel', async () => {
    const { id } = await made({ channel: 'sms', subject: null, html: null, text: 'Hi' });
    const answer = await post(`/${id}/versions`, { html: '<p>' });
    expect(fieldsOf(answer).sort()).toEqual(['html', 'text']);
  });
});

describe('publishing', () => {
  it('sets and brings back a version', async () => {
    const { id } = await made();
    await post(`/${id}/versions`, { subject: 'x', text: 'y' });
    expect((await post(`/${id}/publish`, { version: 2 })).json()).toMatchObject({
      published_version: 2,
      latest_version: 2,
    });
    expect((await post(`/${id}/publish`, { version: 1 })).json()).toMatchObject({ published_version: 1 });
  });

  it.each([0, 3, 1.5, '1', undefined])('refuses version %j', async (version) => {
    const { id } = await made();
    const answer = await post(`/${id}/publish`, { version });
    expect(answer.statusCode).toBe(400);
    expect(fieldsOf(answer)).toEqual(['version']);
    expect((await get(`/${id}`)).json<TemplateDto>().published_version).toBeNull();
  });
});

describe('preview', () => {
  it('renders the newest version, or the one asked for', async () => {
    const { id } = await made();
    await post(`/${id}/versions`, { subject: 'Bye', text: 'Bye {{name}}' });
    const variables = { name: '<Ann>' };
    expect((await post(`/${id}/preview`, { variables })).json()).toEqual({
      version: 2,
      subject: 'Bye',
      html: null,
      text: 'Bye <Ann>',
    });
    expect((await post(`/${id}/preview`, { variables, version: 1 })).json()).toEqual({
      version: 1,
      subject: 'Hi <Ann>',
      html: '<p>Hi &lt;Ann&gt;</p>',
      text: 'Hi <Ann>',
    });
  });

  it.each([
    ['variables.name', 'missing_variable', {}],
    ['variables.name', 'not_printable', { name: {} }],
    ['variables', 'line_break_in_subject', { name: 'a\r\nBcc: b@example.com' }],
  ])('answers 422 naming %s: %s', async (field, reason, variables) => {
    const { id } = await made({ html: 'x' });
    const answer = await post(`/${id}/preview`, { variables });
    expect(answer.statusCode).toBe(422);
    expect(fieldsOf(answer)).toEqual([field]);
    expect(answer.body).toContain(reason);
  });

  it('ends what would not end', async () => {
    const list = Array.from({ length: 300 }, (_, i) => i);
    const html = '{{#each @root.list}}{{#each @root.list}}{{#each @root.list}}{{this}}{{/each}}{{/each}}{{/each}}';
    const { id } = await made({ html });
    const start = performance.now();
    const answer = await post(`/${id}/preview`, { variables: { list, name: 'x' } });
    expect(answer.body).toContain('too_many_steps');
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('answers 400 where no text can be made of what is rendered', async () => {
    const { id } = await made({ html: '<ul>{{#each list}}{{#each @root.list}}<ul><li>{{/each}}{{/each}}' });
    const list = Array.from({ length: 200 }, () => 1);
    const answer = await post(`/${id}/preview`, { variables: { list, name: 'x' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'text_not_derivable', errors: [{ field: 'html' }] });
  });

  it('refuses a version there is not', async () => {
    const { id } = await made();
    expect(fieldsOf(await post(`/${id}/preview`, { version: 2 }))).toEqual(['version']);
  });
});

describe('GET /v1/templates', () => {
  it('pages and filters', async () => {
    const own = await api.newKey();
    for (const name of ['a', 'b', 'c']) await made({ name }, own);
    await made({ name: 'a', channel: 'sms', subject: null, html: null, text: 'x' }, own);
    const first = (await get('?limit=2', own)).json<TemplatePageDto>();
    expect(first.data.map(({ name }) => name)).toEqual(['a', 'c']);
    const second = (await get(`?limit=2&cursor=${first.next_cursor}`, own)).json<TemplatePageDto>();
    expect(second.data.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(second.next_cursor).toBeNull();
    const filtered = (await get('?name=a&channel=email', own)).json<TemplatePageDto>();
    expect(filtered.data).toHaveLength(1);
  });

  it('refuses an unknown channel', async () => {
    expect((await get('?channel=fax')).statusCode).toBe(400);
  });
});

describe('another tenant', () => {
  it('finds nothing by any route', async () => {
    const { id } = await made();
    const other = await api.newKey();
    const answers = await Promise.all([
      get(`/${id}`, other),
      get(`/${id}/versions`, other),
      post(`/${id}/versions`, { subject: 'x', text: 'x' }, other),
      post(`/${id}/publish`, { version: 1 }, other),
      post(`/${id}/preview`, { variables: { name: 'x' } }, other),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404, 404]);
    expect((await get('', other)).json<TemplatePageDto>().data).toEqual([]);
    expect((await get(`/${id}`)).json()).toMatchObject({ published_version: null, latest_version: 1 });
  });

  it('cannot send by it', async () => {
    const { id, name } = await made();
    await post(`/${id}/publish`, { version: 1 });
    const other = await api.newKey();
    const payload = { channel: 'email', to: 'ann@example.com', sender: 'x@example.com', template: { name } };
    const answer = await api.app.inject({ method: 'POST', url: '/v1/messages', headers: other.headers, payload });
    expect(answer.statusCode).toBe(400);
    expect(fieldsOf(answer).sort()).toEqual(['sender', 'template.name']);
  });

  it('may have a template of the same name', async () => {
    const [own, theirs] = [await made({ name: 'same' }), await made({ name: 'same' }, await api.newKey())];
    expect(own.name).toBe(theirs.name);
    expect(own.id).not.toBe(theirs.id);
  });
});

it('asks for the scope of the verb', async () => {
  const reader = await api.newKey({ scopes: ['templates:read'] });
  const writer = await api.newKey({ scopes: ['templates:write'] });
  expect((await post('', WANTED, reader)).statusCode).toBe(403);
  expect((await get('', writer)).statusCode).toBe(403);
});

describe('DELETE /v1/templates/:id', () => {
  const archive = (id: string, by = key) =>
    api.app.inject({ method: 'DELETE', url: `/v1/templates/${id}`, headers: by.headers });
  const send = (name: string) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/messages',
      headers: key.headers,
      payload: { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', template: { name } },
    });

  it('archives it: no new message can use it, it stays readable, and its name is free', async () => {
    const { id } = await made({ name: 'gone', subject: 'Hi', html: '<p>Hi</p>' });
    await post(`/${id}/publish`, { version: 1 });
    expect((await archive(id)).statusCode).toBe(204);
    expect((await archive(id)).statusCode).toBe(204);
    expect((await get(`/${id}`)).json()).toMatchObject({ archived_at: expect.any(String) as string });
    expect((await get(`/${id}/versions`)).json<TemplateVersionPageDto>().data).toHaveLength(1);
    expect((await send('gone')).json<Problem>().errors).toContainEqual(
      expect.objectContaining({ field: 'template.name', code: 'unknown_template' }),
    );
    expect((await get('?name=gone')).json<TemplatePageDto>().data).toEqual([]);
    expect((await get('?name=gone&archived=true')).json<TemplatePageDto>().data).toMatchObject([{ id }]);
    for (const change of [
      post(`/${id}/versions`, { subject: 'x', text: 'y' }),
      post(`/${id}/publish`, { version: 1 }),
    ]) {
      expect((await change).json<Problem>()).toMatchObject({ status: 409, code: 'archived' });
    }
    const again = await made({ name: 'gone' });
    expect((await get('?name=gone')).json<TemplatePageDto>().data).toMatchObject([{ id: again.id, archived_at: null }]);
  });

  it('knows none of another tenant', async () => {
    const { id } = await made();
    expect((await archive(id, await api.newKey())).statusCode).toBe(404);
    expect((await get(`/${id}`)).json<TemplateDto>().archived_at).toBeNull();
  });
});
