import { randomUUID } from 'node:crypto';
import type { Protocol, VendorReply } from '../submission.js';
import type { VendorRefusal } from '../vendor-refusal.js';

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';
const XML = { 'content-type': 'text/xml' };

const CODE_OF_STATUS: Record<number, string> = {
  400: 'InvalidParameter',
  403: 'AuthorizationError',
  404: 'NotFound',
  429: 'Throttled',
  503: 'ServiceUnavailable',
};

/** Amazon SNS speaks XML (https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html). */
export const sns: Protocol = {
  vendor: 'sns',
  channel: 'sms',
  tooMany: { status: 429, code: 'Throttled', text: 'Rate exceeded' },
  refuse({ status, code = CODE_OF_STATUS[status] ?? 'InternalError', message }: VendorRefusal): VendorReply {
    const type = status < 500 ? 'Sender' : 'Receiver';
    const error =
      `<Error><Type>${type}</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>` + '</Error>';
    const body = `<ErrorResponse xmlns="${XMLNS}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
    return { status, headers: XML, body };
  },
};

/** The answer to an action, with its result as XML. */
export function snsAnswer(action: string, result: string): VendorReply {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const body =
    `<${action}Response xmlns="${XMLNS}">` +
    `<${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
  return { status: 200, headers: XML, body };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
