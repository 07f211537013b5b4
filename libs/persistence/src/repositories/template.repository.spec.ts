import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '@outbell/shared/uuid.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { TemplateRepository } from './template.repository.js';
import { TenantRepository } from './tenant.repository.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const CONTENT = { subject: 'a', html: null, text: 'b', variables: ['x'], lenient: false };
const TEMPLATE = { name: 't', channel: 'email', locale: 'en' } as const;

let database: TestDatabase;
let templates: TemplateRepository;
let mine: string;
let theirs: string;

beforeAll(async () => {
  database = await createTestDatabase();
  templates = repositoryOn(database.dataSource, TemplateRepository);
  const tenants = repositoryOn(database.dataSource, TenantRepository);
  mine = (await tenants.create('mine', NOW)).id;
  theirs = (await tenants.create('theirs', NOW)).id;
});
afterAll(() => database.drop());

it('gives what rendering needs of many versions, whoever’s they are', async () => {
  const { id } = await templates.create(mine, TEMPLATE, CONTENT, NOW);
  const second = await templates.addVersion(mine, id, { ...CONTENT, text: 'c', lenient: true }, NOW);
  const other = await templates.create(theirs, TEMPLATE, CONTENT, NOW);
  const theirVersion = await templates.findVersion(theirs, other.id, 1);
  const found = await templates.findVersions([second!.id, theirVersion!.id, newId()]);
  expect(found.sort((a, b) => Number(b.lenient) - Number(a.lenient))).toEqual([
    { id: second!.id, subject: 'a', html: null, text: 'c', lenient: true },
    { id: theirVersion!.id, subject: 'a', html: null, text: 'b', lenient: false },
  ]);
  expect(await templates.findVersions([])).toEqual([]);
});

it('writes nothing when the name is taken', async () => {
  const wanted = { ...TEMPLATE, name: 'taken' };
  await templates.create(mine, wanted, CONTENT, NOW);
  await expect(templates.create(mine, wanted, CONTENT, NOW)).rejects.toMatchObject({ status: 409 });
  expect(await templates.list(mine, { name: 'taken' }, 10)).toHaveLength(1);
});

it('touches nothing of another tenant', async () => {
  const { id } = await templates.create(mine, { ...TEMPLATE, name: 'own' }, CONTENT, NOW);
  expect(await templates.find(theirs, id)).toBeNull();
  expect(await templates.addVersion(theirs, id, CONTENT, NOW)).toBeNull();
  expect(await templates.publish(theirs, id, 1, NOW)).toBe(false);
  expect(await templates.findVersion(theirs, id, 1)).toBeNull();
  expect(await templates.listVersions(theirs, id, 10)).toEqual([]);
  expect(await templates.find(mine, id)).toMatchObject({ publishedVersion: null, latestVersion: 1 });
});
