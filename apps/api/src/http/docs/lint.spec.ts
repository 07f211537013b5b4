import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../../test/support/api.js';

let api: TestApi;
let text: string;

beforeAll(async () => {
  api = await TestApi.start({ PUBLIC_URL: 'https://outbell.acme.org' });
  text = (await api.app.inject({ url: '/docs-json' })).body;
});
afterAll(() => api.stop());

describe('the OpenAPI document', { timeout: 60_000 }, () => {
  it('has nothing that spectral’s rules for OpenAPI warn of', async () => {
    const linter = new spectral.Spectral();
    linter.setRuleset(new spectral.Ruleset({ extends: [[rulesets.oas, 'recommended']] }));
    const found = await linter.run(JSON.parse(text) as Record<string, unknown>);
    expect(found.map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`)).toEqual([]);
  });

  it('has nothing that redocly’s recommended rules warn of', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({ source: text, config });
    expect(found.map(({ ruleId, location, message }) => `${ruleId} ${location[0]?.pointer}: ${message}`)).toEqual([]);
  });
});
