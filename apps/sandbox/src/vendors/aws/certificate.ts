import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A key and the certificate of it, PEM. */
export interface SigningIdentity {
  key: KeyObject;
  certificate: string;
}

const DAY_MS = 86_400_000;

/** Makes a self-signed certificate (RFC 5280, written out in DER), valid for a year: no key lies in the repository. */
export function selfSigned(name: string, now: Date): SigningIdentity {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const subject = sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(name)))));
  const validity = sequence(utcTime(now.getTime() - DAY_MS), utcTime(now.getTime() + 365 * DAY_MS));
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    tagged(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    RSA_SHA256,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]));
  const lines =
    sequence(body, RSA_SHA256, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const certificate = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey, certificate };
}

const COMMON_NAME = tagged(0x06, Buffer.from('550403', 'hex'));
const RSA_SHA256 = sequence(tagged(0x06, Buffer.from('2a864886f70d01010b', 'hex')), tagged(0x05, Buffer.alloc(0)));

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function utcTime(time: number): Buffer {
  return tagged(0x17, Buffer.from(`${new Date(time).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}
