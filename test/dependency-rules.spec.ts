import { type ICruiseOptions, type ICruiseResult, cruise } from 'dependency-cruiser';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: { name: string }[];
  options: ICruiseOptions;
};

/** A file and what it imports: a package, or a file of the project, from the root. */
type Import = readonly [file: string, imported: string];

interface Case {
  /** Is refused by the rule. */
  breaks: Import;
  /** Looks much like it, and is allowed. */
  keeps?: Import;
}

const VENDOR = 'libs/providers/src';
const TRANSPORT = 'libs/transport/src';

/** Each rule of .dependency-cruiser.cjs by its name, with a file that breaks it. A new rule needs a row here. */
const CASES: Record<string, Case> = {
  'shared-knows-nobody': {
    breaks: ['libs/shared/src/a.ts', 'libs/planning/src/z.ts'],
    keeps: ['libs/planning/src/a.ts', 'libs/shared/src/z.ts'],
  },
  'channels-know-shared-only': {
    breaks: ['libs/channels/src/a.ts', 'libs/providers/src/z.ts'],
    keeps: ['libs/content/src/a.ts', 'libs/channels/src/z.ts'],
  },
  'middle-libs-are-strangers': {
    breaks: ['libs/planning/src/b.ts', 'libs/persistence/src/z.ts'],
    keeps: ['libs/planning/src/b.spec.ts', 'libs/persistence/src/z.ts'],
  },
  'engine-decides-by-planning': {
    breaks: ['libs/persistence/src/engine/a.ts', 'libs/content/src/z.ts'],
    keeps: ['libs/persistence/src/engine/b.ts', 'libs/planning/src/z.ts'],
  },
  'upper-libs-are-strangers': {
    breaks: ['libs/intake/src/a.ts', 'libs/limits/src/z.ts'],
    keeps: ['libs/intake/src/b.ts', 'libs/persistence/src/z.ts'],
  },
  'client-stands-alone': { breaks: ['libs/client/src/a.ts', 'libs/shared/src/z.ts'] },
  'nobody-uses-the-client': { breaks: ['apps/api/src/http/a.ts', 'libs/client/src/z.ts'] },
  'apps-are-strangers': {
    breaks: ['apps/api/src/http/b.ts', 'apps/worker/src/delivery/z.ts'],
    keeps: ['apps/api/src/http/b.spec.ts', 'apps/worker/src/delivery/z.ts'],
  },
  'nothing-imports-test-support': {
    breaks: ['apps/api/src/http/c.ts', 'test/support/z.ts'],
    keeps: ['apps/api/src/http/testing/c.ts', 'test/support/z.ts'],
  },
  'api-rooms-are-strangers': {
    breaks: ['apps/api/src/messages/d.ts', 'apps/api/src/templates/z.ts'],
    keeps: ['apps/api/src/messages/e.ts', 'apps/api/src/http/z.ts'],
  },
  'worker-rooms-are-strangers': {
    breaks: ['apps/worker/src/maintenance/a.ts', 'apps/worker/src/dispatch/z.ts'],
    keeps: ['apps/worker/src/maintenance/b.ts', 'apps/worker/src/delivery/z.ts'],
  },
  'vendors-are-strangers': {
    breaks: [`${VENDOR}/ses/a.ts`, `${VENDOR}/sns/z.ts`],
    keeps: [`${VENDOR}/ses/b.ts`, `${VENDOR}/aws/z.ts`],
  },
  'what-vendors-share-knows-no-vendor': {
    breaks: [`${VENDOR}/aws/a.ts`, `${VENDOR}/ses/z.ts`],
    keeps: [`${VENDOR}/aws/b.ts`, `${VENDOR}/http/z.ts`],
  },
  'sql-in-persistence-only': {
    breaks: ['apps/worker/src/delivery/c.ts', 'typeorm'],
    keeps: ['libs/persistence/src/c.ts', 'typeorm'],
  },
  'postgres-driver-in-persistence-and-bullmq-only': {
    breaks: [`${TRANSPORT}/d.ts`, 'pg'],
    keeps: ['libs/persistence/src/d.ts', 'pg'],
  },
  'redis-in-drivers-and-limits-only': {
    breaks: ['libs/intake/src/redis.ts', 'ioredis'],
    keeps: ['libs/limits/src/redis.ts', 'ioredis'],
  },
  'drivers-are-strangers': {
    breaks: [`${TRANSPORT}/rabbitmq/a.ts`, `${TRANSPORT}/sqs/z.ts`],
    keeps: [`${TRANSPORT}/rabbitmq/b.ts`, `${TRANSPORT}/transport.ts`],
  },
  'drivers-are-chosen-in-one-place': {
    breaks: ['apps/worker/src/channels/a.ts', `${TRANSPORT}/bullmq/z.ts`],
    keeps: [`${TRANSPORT}/drivers.ts`, `${TRANSPORT}/bullmq/z.ts`],
  },
  'sdk-of-aws-in-its-folder-only': sdk('aws', '@smithy/node-http-handler'),
  'sdk-of-baileys-in-its-folder-only': sdk('baileys', 'baileys'),
  'sdk-of-fcm-in-its-folder-only': sdk('fcm', 'google-auth-library'),
  'sdk-of-resend-in-its-folder-only': sdk('resend', 'standardwebhooks'),
  'sdk-of-sendgrid-in-its-folder-only': sdk('sendgrid', '@sendgrid/mail'),
  'sdk-of-ses-in-its-folder-only': sdk('ses', '@aws-sdk/client-sesv2'),
  'sdk-of-smtp-in-its-folder-only': sdk('smtp', 'nodemailer'),
  'sdk-of-sns-in-its-folder-only': sdk('sns', '@aws-sdk/client-sns'),
  'sdk-of-twilio-in-its-folder-only': sdk('twilio', 'twilio/lib/webhooks/webhooks.js'),
  'sdk-of-web-push-in-its-folder-only': sdk('web-push', 'web-push'),
  'client-of-bullmq-in-its-folder-only': client('bullmq', 'bullmq'),
  'client-of-cloudflare-in-its-folder-only': client('cloudflare', 'cloudflare'),
  'client-of-rabbitmq-in-its-folder-only': client('rabbitmq', 'amqplib'),
  'client-of-sqs-in-its-folder-only': client('sqs', '@aws-sdk/client-sqs'),
  'no-dev-dependency-in-production': {
    breaks: ['apps/worker/src/delivery/f.ts', 'fast-check'],
    keeps: ['apps/worker/src/delivery/f.spec.ts', 'fast-check'],
  },
  'no-circle': { breaks: ['libs/shared/src/one.ts', 'libs/shared/src/other.ts'] },
  resolvable: { breaks: ['libs/shared/src/lost.ts', 'no-such-package'] },
};

/** An SDK of a vendor in an app, and in the folder of that vendor. */
function sdk(vendor: string, name: string): Case {
  return { breaks: [`apps/api/src/connections/${vendor}.ts`, name], keeps: [`${VENDOR}/${vendor}/sdk.ts`, name] };
}

/** A broker's client where channels register, and in the folder of its driver. */
function client(driver: string, name: string): Case {
  return { breaks: [`apps/worker/src/channels/${driver}.ts`, name], keeps: [`${TRANSPORT}/${driver}/client.ts`, name] };
}

/** However a package is imported, the rule of its home holds. */
const SPELLINGS = {
  'import-type': "import type { Queue } from 'bullmq';",
  'import-in-types': "export type Q = import('bullmq').Queue;",
  'dynamic-import': "export const load = () => import('bullmq');",
  're-export': "export * from 'bullmq';",
  subpath: "import 'bullmq/dist/esm/index.js';",
};

/** What makes a case whole that is more than one import. */
const BESIDE: readonly Import[] = [['libs/shared/src/other.ts', 'libs/shared/src/one.ts']];

const PROJECT_FILE = /^(apps|libs|test)\//;
const root = mkdtempSync(path.join(tmpdir(), 'outbell-rules-'));
const violations = new Set<string>();

function write(file: string, text: string): void {
  const whole = path.join(root, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, text, { flag: 'a' });
}

beforeAll(async () => {
  for (const name of ['package.json', 'tsconfig.json']) cpSync(path.join(ROOT, name), path.join(root, name));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  const imports = [
    ...Object.values(CASES).flatMap(({ breaks, keeps }) => (keeps ? [breaks, keeps] : [breaks])),
    ...BESIDE,
  ];
  for (const [file, imported] of imports) {
    const isOurs = PROJECT_FILE.test(imported);
    const specifier = isOurs ? path.relative(path.dirname(file), imported).replace(/^(?!\.)/, './') : imported;
    write(file, `import '${specifier.replace(/\.ts$/, '.js')}';\n`);
    if (isOurs) write(imported, 'export {};\n');
  }
  for (const [spelling, text] of Object.entries(SPELLINGS)) write(`apps/api/src/messages/${spelling}.ts`, text);
  const options: ICruiseOptions = {
    ...config.options,
    baseDir: root,
    // Packages lie behind a link here.
    preserveSymlinks: true,
    validate: true,
    ruleSet: { forbidden: config.forbidden } as NonNullable<ICruiseOptions['ruleSet']>,
  };
  const { output } = await cruise(['apps', 'libs', 'test'], options);
  for (const { rule, from } of (output as ICruiseResult).summary.violations) violations.add(`${rule.name}: ${from}`);
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

describe('.dependency-cruiser.cjs', () => {
  it('has a case here for each of its rules', () => {
    expect(Object.keys(CASES).sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
  });

  it.each(Object.entries(CASES))('refuses what breaks %s', (name, { breaks: [file] }) => {
    expect([...violations]).toContain(`${name}: ${file}`);
  });

  it.each(Object.keys(SPELLINGS))('refuses a package that is not here, whatever the spelling: %s', (spelling) => {
    expect([...violations]).toContain(`client-of-bullmq-in-its-folder-only: apps/api/src/messages/${spelling}.ts`);
  });

  it.each(Object.entries(CASES).flatMap(([name, { keeps }]) => (keeps ? [[name, keeps[0]] as const] : [])))(
    'lets pass what keeps %s',
    (_, file) => {
      // Brokers' clients that are not installed yet cannot be found.
      const others = [...violations].filter((violation) => !violation.startsWith('resolvable: '));
      expect(others.filter((violation) => violation.endsWith(`: ${file}`))).toEqual([]);
    },
  );
});
