import { Body, Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { ASK_PAGE, DONE_PAGE, INVALID_PAGE } from './unsubscribe.page.js';
import { UnsubscribeService } from './unsubscribe.service.js';

/** Both forms a mailbox provider may send (RFC 8058): urlencoded, and multipart with the value on a line of its own. */
const ONE_CLICK = /List-Unsubscribe"?(=|\s+)One-Click/;

@ApiTags('unsubscribe')
@Controller('u')
export class UnsubscribeController {
  constructor(private readonly service: UnsubscribeService) {}

  @Get(':token')
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The page of an unsubscribe link', description: 'Changes nothing: it holds a button.' })
  ask(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    if (this.service.isValid(token)) return ASK_PAGE;
    reply.code(HttpStatus.NOT_FOUND);
    return INVALID_PAGE;
  }

  @Post(':token')
  @Public()
  @RouteConfig({ form: true })
  @HttpCode(HttpStatus.OK)
  @Header('Content-Type', 'text/html; charset=utf-8')
  @ApiConsumes('application/x-www-form-urlencoded', 'multipart/form-data')
  @ApiOperation({
    summary: 'Unsubscribe in one click (RFC 8058)',
    description: 'The body is `List-Unsubscribe=One-Click`. The recipient of the message is suppressed for its tenant.',
  })
  async unsubscribe(
    @Param('token') token: string,
    @Body() form: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!ONE_CLICK.test(form)) throw InputError.of('List-Unsubscribe', 'must be One-Click', 400, 'not_allowed');
    if (await this.service.unsubscribe(token)) return DONE_PAGE;
    reply.code(HttpStatus.NOT_FOUND);
    return INVALID_PAGE;
  }
}
