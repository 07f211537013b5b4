import { randomUUID } from 'node:crypto';
import { record, text, texts } from '../request-fields.js';
import type { Protocol, Submission, VendorReply } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { type BrowserKeys, decryptPayload } from './payload-encryption.js';

const MAX_BODY = 4_096;

/** As Mozilla's push service writes its errors; a code of its own has only what was wrong with the subscription. */
export const webPush: Protocol = {
  vendor: 'web-push',
  channel: 'push',
  tooMany: { status: 429, code: '201', text: 'Too many requests' },
  refuse({ status: code, code: errno = '999', message }: VendorRefusal): VendorReply {
    return { status: code, body: { code, errno: Number(errno), error: 'Refused', message } };
  },
};

export interface Push {
  endpoint: string;
  /** The application server's key */
  account: string;
  headers: Record<string, unknown>;
  body: Buffer;
  keys: BrowserKeys;
}

/** Reads a push (RFC 8030), and opens it as the browser would. */
export function readPush({ endpoint, account, headers, body, keys }: Push): Submission {
  const shown = body.length === 0 ? '' : decryptPayload(body, keys);
  const id = randomUUID();
  const payload = payloadOf(shown ?? '');
  const location = new URL(`../messages/${id}`, endpoint).href;
  return {
    account,
    messageId: text(payload['message_id']) ?? texts(payload['data'])['message_id'] ?? null,
    providerMessageId: location,
    from: '',
    to: [endpoint],
    raw: body,
    content: {
      subject: text(payload['title']),
      text: text(payload['body']) ?? text(payload['text']) ?? shown ?? undefined,
      data: texts(payload['data']),
    },
    refusal: refusalOf(headers, body, shown),
    answer: { status: 201, headers: { location }, body: '' },
  };
}

function refusalOf(headers: Record<string, unknown>, body: Buffer, shown: string | null): VendorRefusal | undefined {
  if (!/^\d+$/.test(text(headers['ttl']) ?? '')) return new VendorRefusal(400, '111', 'Missing TTL header');
  if (body.length > MAX_BODY) return new VendorRefusal(413, '104', 'Payload too large');
  if (body.length > 0 && headers['content-encoding'] !== 'aes128gcm') {
    return new VendorRefusal(400, '110', 'Invalid crypto headers');
  }
  // A real service cannot look into it; here nobody would ever see what is wrong.
  return shown === null ? new VendorRefusal(400, '110', 'Not encrypted for this subscription') : undefined;
}

function payloadOf(shown: string): Record<string, unknown> {
  try {
    return record(JSON.parse(shown));
  } catch {
    return {};
  }
}
