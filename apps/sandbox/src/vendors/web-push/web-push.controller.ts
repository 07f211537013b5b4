import { Controller, Delete, HttpCode, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import type { FastifyReply } from 'fastify';
import type { Submission, VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { readPush, webPush } from './push-message.js';
import { Subscriptions } from './subscriptions.service.js';
import { vapidKeyOf } from './vapid.js';

/** A push service, and the browsers that subscribe to it. */
@Controller('vendors/web-push')
export class WebPushController {
  constructor(
    private readonly reception: VendorReception,
    private readonly subscriptions: Subscriptions,
    private readonly clock: Clock,
  ) {}

  /** Subscribes a browser: the answer is what its page would send to the application. */
  @Post('subscriptions')
  subscribe(@Req() request: VendorRequest): { endpoint: string; keys: { p256dh: string; auth: string } } {
    const { id, keys } = this.subscriptions.create();
    return { endpoint: endpointOf(request, id), keys };
  }

  @Delete('subscriptions/:id')
  @HttpCode(204)
  unsubscribe(@Param('id') id: string): void {
    if (!this.subscriptions.end(id)) throw new NotFoundException();
  }

  @Post('push/:id')
  push(@Param('id') id: string, @Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.receive(webPush, reply, () => this.read(id, request));
  }

  private read(id: string, request: VendorRequest): Submission {
    const { headers, rawBody: body = Buffer.alloc(0) } = request;
    const endpoint = endpointOf(request, id);
    const account = vapidKeyOf(headers.authorization, new URL(endpoint).origin, this.clock.now());
    if (account === null) throw new VendorRefusal(401, '109', 'Invalid VAPID token');
    const keys = this.subscriptions.find(id);
    if (!keys) throw new VendorRefusal(404, '102', 'No such subscription');
    const push = readPush({ endpoint, account, headers, body, keys });
    return keys.gone ? { ...push, refusal: new VendorRefusal(410, '106', 'The subscription has ended') } : push;
  }
}

function endpointOf({ protocol, host }: VendorRequest, id: string): string {
  return `${protocol}://${host}/vendors/web-push/push/${id}`;
}
