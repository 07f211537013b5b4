import { defineConfig } from 'vitest/config';

const resolve = { tsconfigPaths: true };
const shared = {
  environment: 'node',
  pool: 'forks',
  // Files share a worker's modules: three times faster, and no spec keeps state in a module.
  isolate: false,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  resolve,
  test: {
    // Once for all projects: not inherited by them, so `extends` would run it three times.
    globalSetup: ['test/support/servers.ts'],
    maxWorkers: 2,
    projects: [
      {
        resolve,
        test: {
          ...shared,
          name: 'parts',
          include: ['{libs,apps,test,tools,bench,prove}/**/*.spec.ts'],
          exclude: ['**/*.e2e.spec.ts', '**/node_modules/**'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        test: {
          ...shared,
          // Specs that start the built apps (`npm run build` first).
          name: 'e2e',
          include: ['test/**/*.e2e.spec.ts'],
          testTimeout: 90_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
