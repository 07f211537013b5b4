/**
 * Who may import whom (docs/architecture.md): `shared` <- `channels` <- planning, providers, persistence, transport,
 * content <- intake, limits <- apps.
 * @type {import('dependency-cruiser').IConfiguration}
 */

// Specs may reach for the real parts around the one they test; contracts are suites that specs run.
const SPEC = '\\.(spec|contract)\\.ts$|^test/|^bench/|^prove/|^tools/';
const MIDDLE = 'planning|providers|persistence|transport|content';
const UPPER = 'intake|limits';

const npm = (names) => `(^|node_modules/)(${names})(/|$)`;

/** The packages that only the folder of one vendor in libs/providers/src imports. `aws` is what SES and SNS share. */
const VENDOR_SDKS = {
  aws: '@smithy/[^/]+',
  baileys: 'baileys',
  fcm: 'google-auth-library|firebase-admin',
  resend: 'resend|standardwebhooks',
  sendgrid: '@sendgrid/[^/]+',
  ses: '@aws-sdk/client-sesv2?',
  smtp: 'nodemailer',
  sns: '@aws-sdk/client-sns',
  twilio: 'twilio',
  'web-push': 'web-push',
};

/** The packages that only the folder of one driver in libs/transport/src imports. */
const BROKER_CLIENTS = {
  bullmq: 'bullmq|@nestjs/bullmq',
  cloudflare: 'cloudflare',
  rabbitmq: 'rabbitmq-client|amqplib|amqp-connection-manager|@golevelup/nestjs-rabbitmq',
  sqs: '@aws-sdk/client-sqs|sqs-consumer|sqs-producer',
};

/** Folders of libs/providers/src that several vendors share; every other folder there is one vendor's. */
const VENDORS_SHARE = 'aws|bounce-mail|callbacks|email|http|sms|testing';

const layers = [
  {
    name: 'shared-knows-nobody',
    severity: 'error',
    comment: 'libs/shared imports no other part of the project.',
    from: { path: '^libs/shared/', pathNot: SPEC },
    to: { path: '^(libs/(?!shared/)|apps/)' },
  },
  {
    name: 'channels-know-shared-only',
    severity: 'error',
    comment: 'What a channel carries is said once, below all who ask.',
    from: { path: '^libs/channels/', pathNot: SPEC },
    to: { path: '^(libs/|apps/)', pathNot: '^libs/(channels|shared)/' },
  },
  {
    name: 'middle-libs-are-strangers',
    severity: 'error',
    comment: 'planning, providers, persistence, transport and content know shared and channels, not each other.',
    from: { path: `^libs/(${MIDDLE})/`, pathNot: `^libs/persistence/src/engine/|${SPEC}` },
    to: { path: '^(libs/|apps/)', pathNot: '^libs/($1|channels|shared)/' },
  },
  {
    name: 'engine-decides-by-planning',
    severity: 'error',
    comment: 'The engine writes what planning decides: of the libs beside it, it knows that one alone.',
    from: { path: '^libs/persistence/src/engine/', pathNot: SPEC },
    to: { path: '^(libs/|apps/)', pathNot: '^libs/(persistence|planning|shared)/' },
  },
  {
    name: 'upper-libs-are-strangers',
    severity: 'error',
    comment: 'intake and limits may use every lib below, not each other.',
    from: { path: `^libs/(${UPPER})/`, pathNot: SPEC },
    to: { path: `^(libs/(${UPPER})/|apps/)`, pathNot: '^libs/$1/' },
  },
  {
    name: 'client-stands-alone',
    severity: 'error',
    comment: 'libs/client runs in other programs: it knows the API by its generated types alone.',
    from: { path: '^libs/client/', pathNot: SPEC },
    to: { path: '^(libs/(?!client/)|apps/)' },
  },
  {
    name: 'nobody-uses-the-client',
    severity: 'error',
    from: { path: '^(apps|libs/(?!client/))', pathNot: SPEC },
    to: { path: '^libs/client/' },
  },
  {
    name: 'apps-are-strangers',
    severity: 'error',
    comment: 'What two apps share belongs into a lib. all-in-one is two of them in one process.',
    from: { path: '^apps/([^/]+)/', pathNot: `^apps/all-in-one/|${SPEC}` },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'nothing-imports-test-support',
    severity: 'error',
    comment: 'What runs in production needs no test.',
    from: { path: '^(apps|libs)/', pathNot: [SPEC, '/testing/'] },
    to: { path: '^(test|bench|prove|tools)/|\\.(spec|contract)\\.ts$' },
  },
];

const rooms = [
  {
    name: 'api-rooms-are-strangers',
    severity: 'error',
    comment: 'Folders of the API import only auth/ and http/ of each other; api.module.ts wires them.',
    from: { path: '^apps/api/src/([^/]+)/', pathNot: `${SPEC}|^apps/api/src/http/create-api\\.ts$` },
    to: { path: '^apps/api/src/[^/]+/', pathNot: '^apps/api/src/($1|auth|http)/' },
  },
  {
    name: 'worker-rooms-are-strangers',
    severity: 'error',
    comment:
      'Rooms of the worker meet in delivery/, routing/, delivery-events/ and reputation/; worker.module.ts wires them.',
    from: { path: '^apps/worker/src/([^/]+)/', pathNot: SPEC },
    to: {
      path: '^apps/worker/src/[^/]+/',
      pathNot: '^apps/worker/src/($1|delivery|routing|delivery-events|reputation)/',
    },
  },
];

const vendors = [
  {
    name: 'vendors-are-strangers',
    severity: 'error',
    comment: 'What two vendors share belongs into a folder that several share.',
    from: { path: '^libs/providers/src/([^/]+)/', pathNot: `^libs/providers/src/(${VENDORS_SHARE})/|${SPEC}` },
    to: { path: '^libs/providers/src/[^/]+/', pathNot: `^libs/providers/src/($1|${VENDORS_SHARE})/` },
  },
  {
    name: 'what-vendors-share-knows-no-vendor',
    severity: 'error',
    from: { path: `^libs/providers/src/(${VENDORS_SHARE})/`, pathNot: SPEC },
    to: { path: '^libs/providers/src/[^/]+/', pathNot: `^libs/providers/src/(${VENDORS_SHARE})/` },
  },
];

const transports = [
  {
    name: 'drivers-are-strangers',
    severity: 'error',
    comment: 'What two transports share lies in libs/transport/src itself.',
    from: { path: '^libs/transport/src/([^/]+)/', pathNot: SPEC },
    to: { path: '^libs/transport/src/[^/]+/', pathNot: '^libs/transport/src/($1|redis|memory)/' },
  },
  {
    name: 'drivers-are-chosen-in-one-place',
    severity: 'error',
    comment: 'All others know the ports: drivers.ts alone names the drivers.',
    from: {
      path: '^(apps|libs)/',
      pathNot: `^libs/transport/src/([^/]+/|drivers\\.ts$)|${SPEC}`,
    },
    to: { path: '^libs/transport/src/[^/]+/' },
  },
];

const packages = [
  {
    name: 'sql-in-persistence-only',
    severity: 'error',
    comment: 'All SQL lives in libs/persistence.',
    from: { path: '^(apps|libs)/', pathNot: `^libs/persistence/|${SPEC}` },
    to: { path: npm('typeorm|@nestjs/typeorm') },
  },
  {
    name: 'postgres-driver-in-persistence-and-bullmq-only',
    severity: 'error',
    comment: 'BullMQ on PostgreSQL brings a pool of its own.',
    from: { path: '^(apps|libs)/', pathNot: `^libs/(persistence|transport/src/bullmq)/|${SPEC}` },
    to: { path: npm('pg|pg-pool') },
  },
  {
    name: 'redis-in-drivers-and-limits-only',
    severity: 'error',
    comment: 'Redis carries wake-ups and keeps booked slots. All else is in PostgreSQL.',
    from: { path: '^(apps|libs)/', pathNot: `^libs/(transport/src/[^/]+|limits)/|${SPEC}` },
    to: { path: npm('ioredis|redis|@redis/[^/]+') },
  },
  ...Object.entries(VENDOR_SDKS).map(([folder, names]) => ({
    name: `sdk-of-${folder}-in-its-folder-only`,
    severity: 'error',
    comment: 'All other parts know outcomes, not vendors.',
    from: { path: '^(apps|libs)/', pathNot: `^libs/providers/src/${folder}/|${SPEC}` },
    to: { path: npm(names) },
  })),
  ...Object.entries(BROKER_CLIENTS).map(([folder, names]) => ({
    name: `client-of-${folder}-in-its-folder-only`,
    severity: 'error',
    comment: 'All other parts know wake-ups, not what carries them.',
    from: { path: '^(apps|libs)/', pathNot: `^libs/transport/src/${folder}/|${SPEC}` },
    to: { path: npm(names) },
  })),
  {
    name: 'no-dev-dependency-in-production',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: SPEC },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
];

const hygiene = [
  {
    name: 'no-circle',
    severity: 'error',
    comment: 'Circles, type-only ones included, end in "Cannot access before initialization".',
    from: {},
    to: { circular: true },
  },
  { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
];

module.exports = {
  forbidden: [...layers, ...rooms, ...vendors, ...transports, ...packages, ...hygiene],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.outbell)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
