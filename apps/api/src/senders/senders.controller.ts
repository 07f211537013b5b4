import { Body, Controller, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { IdParam, NewId } from '../http/param.decorators.js';
import { toPage } from '../http/page.dto.js';
import { ActionRoute, CreateRoute, DeleteRoute, ListRoute, ReadRoute, UpdateRoute } from '../http/route.decorators.js';
import { CreateSenderDto, ListSendersQuery, UpdateSenderDto, VerifySenderDto } from './sender-requests.dto.js';
import { SenderDto, SenderPageDto, showSender, showUpdated, UpdatedSenderDto } from './sender.dto.js';
import { SENDER_CHANGE_EXAMPLES, SENDER_CODE_EXAMPLES, SENDER_EXAMPLES } from './sender.examples.js';
import { SendersService } from './senders.service.js';

@ApiTags('senders')
@Controller('v1/senders')
export class SendersController {
  constructor(private readonly senders: SendersService) {}

  @CreateRoute('senders:write', SenderDto, {
    summary: 'Make a sender',
    description:
      'One of email is `pending` until verified: a message with a code goes to the address, by the installation’s ' +
      'connection, or by yours where it has none. Those of other channels are `verified` at once: they are what the ' +
      'account at the vendor owns, and the vendor refuses any other. `verified_over` says whose connections it may ' +
      'go by.',
    made: 'getSender',
  })
  @ApiBody({ type: CreateSenderDto, examples: SENDER_EXAMPLES })
  async createSender(@CurrentKey() key: AuthenticatedKey, @Body() wanted: CreateSenderDto, @NewId() id: string) {
    return showSender(await this.senders.create(key, wanted, id));
  }

  @ListRoute('senders:read', SenderPageDto, {
    summary: 'List senders, newest first',
    description: 'Those that are not archived.',
    testKeys: true,
  })
  async listSenders(@CurrentKey() key: AuthenticatedKey, @Query() query: ListSendersQuery) {
    return toPage(await this.senders.list(key.tenantId, query, query.limit + 1), query.limit, showSender);
  }

  @ReadRoute('senders:read', SenderDto, {
    summary: 'Show a sender',
    description: 'An archived one too. `status` says whether messages may come from it.',
    testKeys: true,
  })
  async getSender(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return showSender(await this.senders.find(key.tenantId, id));
  }

  @UpdateRoute('senders:write', UpdatedSenderDto, {
    summary: 'Rename, pause or limit a sender',
    description:
      'A pause holds when it is answered, also for what workers have in hand; `in_flight` says what had left before.',
  })
  @ApiBody({ type: UpdateSenderDto, examples: SENDER_CHANGE_EXAMPLES })
  async updateSender(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string, @Body() wanted: UpdateSenderDto) {
    return showUpdated(await this.senders.update(key.tenantId, id, wanted));
  }

  @ActionRoute('senders:write', SenderDto, {
    path: ':id/verify',
    summary: 'Verify a sender',
    description: 'A code is good for 30 minutes and five attempts.',
  })
  @ApiBody({ type: VerifySenderDto, examples: SENDER_CODE_EXAMPLES })
  async verifySender(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string, @Body() { code }: VerifySenderDto) {
    return showSender(await this.senders.verify(key.tenantId, id, code));
  }

  @ActionRoute('senders:write', SenderDto, {
    path: ':id/resend-code',
    status: 202,
    summary: 'Send another code',
    description:
      'The last one is void. At most one a minute. Also for a verified sender that is to go by the installation’s ' +
      'connections and has proven itself by yours.',
  })
  async resendSenderCode(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return showSender(await this.senders.resendCode(key, id));
  }

  @DeleteRoute('senders:write', {
    summary: 'Archive a sender',
    description:
      'New messages cannot use it any more, and its address is free for another. Messages accepted before are sent, ' +
      'and show it; it stays readable by its id.',
  })
  archiveSender(@CurrentKey() key: AuthenticatedKey, @IdParam() id: string) {
    return this.senders.archive(key.tenantId, id);
  }
}
