import { afterEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../../test/support/api.js';

interface OpenApi {
  paths: Record<string, Record<string, { summary?: string; tags?: string[]; security?: unknown[] }>>;
  components: {
    schemas: Record<string, { properties?: Record<string, object> }>;
    securitySchemes: Record<string, object>;
  };
}

let api: TestApi;
afterEach(() => api.stop());

describe('/docs', () => {
  it('describes every route and field: what it does, that it needs a key, how problems look', async () => {
    api = await TestApi.start();
    expect((await api.app.inject({ url: '/docs' })).body).toContain('Outbell API');
    expect((await api.app.inject({ url: '/docs/swagger-ui-bundle.js' })).statusCode).toBe(200);
    const { paths, components } = (await api.app.inject({ url: '/docs-json' })).json<OpenApi>();
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, route] of Object.entries(methods)) {
        expect.soft(route.summary, `summary of ${method} ${path}`).toBeTruthy();
        expect.soft(route.tags?.length, `tags of ${method} ${path}`).toBe(1);
        if (path.startsWith('/v1')) expect.soft(route.security, `security of ${method} ${path}`).toHaveLength(1);
      }
    }
    for (const [schema, { properties = {} }] of Object.entries(components.schemas)) {
      for (const [name, property] of Object.entries(properties)) {
        const says = ['description', 'example', 'enum', 'format', '$ref', 'allOf', 'items'].some(
          (key) => key in property,
        );
        expect.soft(says, `what ${schema}.${name} is`).toBe(true);
      }
    }
    expect(components.schemas).toHaveProperty('Problem');
    expect(components.securitySchemes).toHaveProperty('bearer');
  });

  it('is not there in production', async () => {
    api = await TestApi.start({ NODE_ENV: 'production' });
    for (const url of ['/docs', '/docs/', '/docs-json', '/docs-yaml']) {
      expect.soft((await api.app.inject({ url })).statusCode, url).toBe(404);
    }
  });

  it('is there in production when DOCS says so', async () => {
    api = await TestApi.start({ NODE_ENV: 'production', DOCS: 'true' });
    expect((await api.app.inject({ url: '/docs-json' })).statusCode).toBe(200);
  });
});
