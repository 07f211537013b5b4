import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Problem } from '../problem.js';
import { showExamples } from './body-examples.js';
import { completeSchemas } from './complete-schemas.js';
import { nameEnums } from './named-enums.js';
import { operationsOf } from './openapi.js';
import { documentProblems } from './problem-responses.js';
import { documentHeaders } from './response-headers.js';
import { orderByTag } from './tags.js';

const KEY = 'An API key, whole: `ob_live_…` or `ob_test_…`. POST /v1/keys makes one; the first comes from `outbell`.';

/** The API's description: a page at /docs, OpenAPI at /docs-json. @param publicUrl where the API is reached */
export function serveDocs(app: NestFastifyApplication, publicUrl: string): void {
  SwaggerModule.setup('docs', app, () => describeApi(app, publicUrl), {
    jsonDocumentUrl: 'docs-json',
    raw: ['json'],
    customSiteTitle: 'Outbell API',
  });
}

function describeApi(app: NestFastifyApplication, publicUrl: string): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Outbell')
    .setDescription(
      'Accepts messages, delivers each once, and tells why one was not sent (yet). Errors are RFC 9457 problems.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(new URL(publicUrl).origin, 'This installation')
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: KEY })
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    extraModels: [Problem],
    // What generated clients call their functions: a handler is never renamed.
    operationIdFactory: (_controller, handler) => handler,
  });
  // What needs no key says so: without it generators send theirs.
  for (const { operation } of operationsOf(document)) operation.security ??= [];
  documentProblems(document, publicUrl);
  documentHeaders(document);
  completeSchemas(document);
  showExamples(document);
  nameEnums(document);
  orderByTag(document);
  return document;
}
