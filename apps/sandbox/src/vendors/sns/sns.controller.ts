import { randomUUID } from 'node:crypto';
import { Controller, Post, Req, Res } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import type { FastifyReply } from 'fastify';
import { awsAccountOf } from '../aws/aws-account.js';
import { formOf } from '../request-fields.js';
import type { Submission, VendorReply, VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { sns, snsAnswer } from './sns-protocol.js';

const REFUSALS = {
  missing: 'MissingAuthenticationToken',
  unknownKey: 'InvalidClientTokenId',
  badSignature: 'SignatureDoesNotMatch',
};

/** Actions that send nothing, with what they find: an account that may send to everybody. */
const FINDINGS: Record<string, string> = {
  GetSMSAttributes: '<attributes><entry><key>DefaultSMSType</key><value>Transactional</value></entry></attributes>',
  GetSMSSandboxAccountStatus: '<IsInSandbox>false</IsInSandbox>',
  CheckIfPhoneNumberIsOptedOut: '<isOptedOut>false</isOptedOut>',
};

const NUMBER = /^\+[1-9]\d{6,14}$/;

/** Amazon SNS, for text messages: `Publish` to a number, over AWS's query protocol. */
@Controller('vendors/sns')
export class SnsController {
  constructor(
    private readonly reception: VendorReception,
    private readonly clock: Clock,
  ) {}

  @Post()
  act(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formOf(request);
    const account = () => awsAccountOf(request, 'sns', this.clock.now(), REFUSALS);
    if (form['Action'] === 'Publish') {
      return this.reception.receive(sns, reply, () => readPublish(form, account(), request.rawBody ?? Buffer.alloc(0)));
    }
    return this.reception.inform(sns, reply, () => (account(), findingOf(form['Action'] ?? '')));
  }
}

function findingOf(action: string): VendorReply {
  const finding = Object.hasOwn(FINDINGS, action) ? FINDINGS[action] : undefined;
  if (finding === undefined) throw new VendorRefusal(400, 'InvalidAction', 'The sandbox knows no such action.');
  return snsAnswer(action, finding);
}

function readPublish(form: Record<string, string>, account: string, raw: Buffer): Submission {
  const { PhoneNumber: to = '', Message: text = '' } = form;
  const attributes = attributesOf(form);
  const id = randomUUID();
  return {
    account,
    messageId: attributes['message_id'] ?? null,
    providerMessageId: id,
    from: attributes['AWS.MM.SMS.OriginationNumber'] ?? attributes['AWS.SNS.SMS.SenderID'] ?? '',
    to: to === '' ? [] : [to],
    raw,
    content: { text },
    refusal: refusalOf(to, text),
    answer: snsAnswer('Publish', `<MessageId>${id}</MessageId>`),
  };
}

function refusalOf(to: string, text: string): VendorRefusal | undefined {
  const invalid = (name: string, reason: string) =>
    new VendorRefusal(400, 'InvalidParameter', `Invalid parameter: ${name} Reason: ${reason}`);
  if (!NUMBER.test(to)) return invalid('PhoneNumber', 'it is not valid to publish to');
  return text === '' ? invalid('Empty message', 'nothing to send') : undefined;
}

/** `MessageAttributes.entry.1.Name`, `.Value.StringValue`. */
function attributesOf(form: Record<string, string>): Record<string, string> {
  const names = Object.entries(form).filter(([key]) => /^MessageAttributes\.entry\.\d+\.Name$/.test(key));
  return Object.fromEntries(names.map(([key, name]) => [name, form[key.replace(/Name$/, 'Value.StringValue')] ?? '']));
}
