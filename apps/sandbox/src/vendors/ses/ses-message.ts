import { randomUUID } from 'node:crypto';
import { list, namedValues, record, text } from '../request-fields.js';
import type { Submission } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { awsHeaders } from './ses-protocol.js';
import { readMessageId } from '../smtp/message-id.js';

/** Reads `SendEmail` of version 2, simple or raw. */
export function readSesMessage(body: Record<string, unknown>, account: string, raw: Buffer): Submission {
  const content = record(body['Content']);
  const tags = namedValues(body['EmailTags'], 'Name', 'Value');
  const configurationSet = text(body['ConfigurationSetName']);
  const destination = record(body['Destination']);
  const mail = mailOf(content);
  const id = `0100${randomUUID().replace(/^.{4}/, '')}-000000`;
  const to = ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap((name) => list(destination[name]).map(String));
  const from = text(body['FromEmailAddress']) ?? '';
  return {
    account,
    messageId: tags['message_id'] ?? (mail ? readMessageId(mail) : null),
    providerMessageId: id,
    from,
    to,
    raw: mail ?? raw,
    content: mail ? undefined : simpleOf(record(content['Simple'])),
    tags: { ...tags, ...(configurationSet === undefined ? {} : { 'ses:configuration-set': configurationSet }) },
    refusal: refusalOf(from, to, content),
    answer: { status: 200, headers: awsHeaders(), body: { MessageId: id } },
  };
}

function refusalOf(from: string, to: string[], content: Record<string, unknown>): VendorRefusal | undefined {
  if (to.length === 0) return new VendorRefusal(400, 'BadRequestException', 'Missing required Destination.');
  if (from === '') return new VendorRefusal(400, 'BadRequestException', 'Missing required FromEmailAddress.');
  if (!['Simple', 'Raw'].some((kind) => kind in content)) {
    return new VendorRefusal(400, 'BadRequestException', 'Content must be Simple or Raw.');
  }
  if (!/\bunverified@/i.test(from)) return undefined;
  return new VendorRefusal(400, 'MessageRejected', 'Email address is not verified.');
}

function mailOf(content: Record<string, unknown>): Buffer | undefined {
  const data = text(record(content['Raw'])['Data']);
  return data === undefined ? undefined : Buffer.from(data, 'base64');
}

function simpleOf(simple: Record<string, unknown>) {
  const parts = record(simple['Body']);
  return {
    subject: text(record(simple['Subject'])['Data']),
    html: text(record(parts['Html'])['Data']),
    text: text(record(parts['Text'])['Data']),
    headers: namedValues(simple['Headers'], 'Name', 'Value'),
  };
}
