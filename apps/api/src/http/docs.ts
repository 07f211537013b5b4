import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Problem } from './problem.js';

/** The API's description: a page at /docs, OpenAPI at /docs-json. */
export function serveDocs(app: NestFastifyApplication): void {
  const about = new DocumentBuilder()
    .setTitle('Outbell')
    .setDescription(
      'Accepts messages, delivers each once, and tells why one was not sent (yet). Errors are RFC 9457 problems.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: `ob_live_…` or `ob_test_…`.' })
    .addGlobalResponse({
      status: 'default',
      description: 'A problem (RFC 9457).',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, about, { extraModels: [Problem] }), {
    jsonDocumentUrl: 'docs-json',
    raw: ['json'],
    customSiteTitle: 'Outbell API',
  });
}
