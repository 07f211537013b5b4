import { randomUUID } from 'node:crypto';
import type { Protocol, VendorReply } from '../submission.js';
import type { VendorRefusal } from '../vendor-refusal.js';

const NAME_OF_STATUS: Record<number, string> = {
  400: 'BadRequestException',
  403: 'AccessDeniedException',
  404: 'NotFoundException',
  429: 'TooManyRequestsException',
  503: 'ServiceUnavailable',
};

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html */
export const ses: Protocol = {
  vendor: 'ses',
  channel: 'email',
  tooMany: { status: 429, code: 'TooManyRequestsException', text: 'Maximum sending rate exceeded.' },
  refuse({
    status,
    code = NAME_OF_STATUS[status] ?? 'InternalServiceErrorException',
    message,
  }: VendorRefusal): VendorReply {
    return { status, headers: { ...awsHeaders(), 'x-amzn-errortype': code }, body: { message } };
  },
};

export function awsHeaders(): Record<string, string> {
  return { 'x-amzn-requestid': randomUUID() };
}
