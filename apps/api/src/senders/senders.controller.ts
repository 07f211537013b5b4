import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { OpenToTestKeys } from '../auth/open-to-test-keys.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { IdParam } from '../http/id-param.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { NewId } from '../http/new-id.decorator.js';
import { toPage } from '../http/page.js';
import { CreateSenderDto } from './create-sender.dto.js';
import { ListSendersQuery } from './list-senders.query.dto.js';
import { SenderDto, SenderPageDto, showSender, showUpdated, UpdatedSenderDto } from './sender.dto.js';
import { SendersService } from './senders.service.js';
import { UpdateSenderDto } from './update-sender.dto.js';
import { VerifySenderDto } from './verify-sender.dto.js';
import { SENDER_CHANGE_EXAMPLES, SENDER_CODE_EXAMPLES, SENDER_EXAMPLES } from './sender.examples.js';

@ApiTags('senders')
@Controller('v1/senders')
export class SendersController {
  constructor(private readonly senders: SendersService) {}

  @Post()
  @ApiBody({ type: CreateSenderDto, examples: SENDER_EXAMPLES })
  @RequireScope('senders:write')
  @Idempotent('find')
  @ApiOperation({
    summary: 'Make a sender',
    description:
      'One of email is `pending` until verified: a message with a code goes to the address, by the installation’s ' +
      'connection, or by yours ' +
      'where it has none. Those of other channels are `verified` at once: they are what the account at the vendor ' +
      'owns, and the vendor ' +
      'refuses any other. `verified_over` says whose connections it may go by.',
  })
  @Answers(201, SenderDto)
  async create(
    @CurrentKey() key: AuthenticatedKey,
    @Body() wanted: CreateSenderDto,
    @NewId() id: string,
  ): Promise<SenderDto> {
    return showSender(await this.senders.create(key, wanted, id));
  }

  @Get()
  @RequireScope('senders:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'List senders, newest first',
    description: 'Those that are not archived. By pages: `next_cursor` of one is the `cursor` of the next.',
  })
  @Answers(200, SenderPageDto)
  async list(@CurrentKey() key: AuthenticatedKey, @Query() query: ListSendersQuery): Promise<SenderPageDto> {
    return toPage(await this.senders.list(key.tenantId, query, query.limit + 1), query.limit, showSender);
  }

  @Get(':id')
  @RequireScope('senders:read')
  @OpenToTestKeys()
  @ApiOperation({
    summary: 'Show a sender',
    description: 'An archived one too. `status` says whether messages may come from it.',
  })
  @Answers(200, SenderDto)
  async find(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<SenderDto> {
    return showSender(await this.senders.find(key.tenantId, id));
  }

  @Patch(':id')
  @ApiBody({ type: UpdateSenderDto, examples: SENDER_CHANGE_EXAMPLES })
  @RequireScope('senders:write')
  @ApiOperation({
    summary: 'Rename, pause or limit a sender',
    description:
      'A pause holds when it is answered, also for what workers have in hand; `in_flight` says what had left before.',
  })
  @Answers(200, UpdatedSenderDto)
  async update(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() wanted: UpdateSenderDto,
  ): Promise<UpdatedSenderDto> {
    return showUpdated(await this.senders.update(key.tenantId, id, wanted));
  }

  @Post(':id/verify')
  @ApiBody({ type: VerifySenderDto, examples: SENDER_CODE_EXAMPLES })
  @RequireScope('senders:write')
  @Idempotent()
  @ApiOperation({ summary: 'Verify a sender', description: 'A code is good for 30 minutes and five attempts.' })
  @Answers(200, SenderDto)
  async verify(
    @CurrentKey() key: AuthenticatedKey,
    @IdParam() id: string,
    @Body() { code }: VerifySenderDto,
  ): Promise<SenderDto> {
    return showSender(await this.senders.verify(key.tenantId, id, code));
  }

  @Post(':id/resend-code')
  @RequireScope('senders:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Send another code',
    description:
      'The last one is void. At most one a minute. Also for a verified sender that is to go by the installation’s ' +
      'connections and has proven ' +
      'itself by yours.',
  })
  @Answers(202, SenderDto)
  async resendCode(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<SenderDto> {
    return showSender(await this.senders.resendCode(key, id));
  }

  @Delete(':id')
  @RequireScope('senders:write')
  @ApiOperation({
    summary: 'Archive a sender',
    description:
      'New messages cannot use it any more, and its address is free for another. Messages accepted before are sent, ' +
      'and show it; it stays ' +
      'readable by its id.',
  })
  @Answers(204)
  async archive(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string): Promise<void> {
    await this.senders.archive(key.tenantId, id);
  }
}
