import {
  type BinaryNode,
  Curve,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  hmacSign,
  proto,
  signedKeyPair,
} from 'baileys';

const ACCOUNT_PREFIX = Buffer.from([6, 0]);

/** What WhatsApp and a telephone make of a scanned code. */
export function pairSuccess(qr: string, phone: string): BinaryNode {
  const [, , identity, advSecret] = qr.slice(qr.lastIndexOf('#') + 1).split(',') as [string, string, string, string];
  const account = Curve.generateKeyPair();
  const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: 1, keyIndex: 1 }).finish();
  const signed = Buffer.concat([ACCOUNT_PREFIX, details, Buffer.from(identity, 'base64')]);
  const sealed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: account.public,
    accountSignature: Curve.sign(account.private, signed),
  }).finish();
  const hmac = hmacSign(sealed, Buffer.from(advSecret, 'base64'));
  const content = proto.ADVSignedDeviceIdentityHMAC.encode({ details: sealed, hmac }).finish();
  const user = phone.slice(1);
  const parts = [
    { tag: 'device-identity', attrs: {}, content },
    { tag: 'device', attrs: { jid: `${user}:7@s.whatsapp.net`, lid: '77:7@lid' } },
    { tag: 'platform', attrs: { name: 'android' } },
  ];
  const success = { tag: 'pair-success', attrs: {}, content: parts };
  return { tag: 'iq', attrs: { type: 'set', id: 'pair-2', from: 's.whatsapp.net' }, content: [success] };
}

export interface Known {
  /** Numbers that are none of WhatsApp's, with +. */
  unknown: ReadonlySet<string>;
  /** Numbers of which it says nothing, with +. */
  unsaid: ReadonlySet<string>;
  /** Numbers that it calls otherwise, and how, with +. */
  renamed: ReadonlyMap<string, string>;
  /** How many of our pre-keys WhatsApp has. */
  preKeys: number;
}

/** The answer to a request: devices and keys of whom it asks for, or nothing in particular. */
export function answerTo(request: BinaryNode, known: Known): BinaryNode {
  const attrs = { type: 'result', id: request.attrs['id'] as string, from: 's.whatsapp.net' };
  return { tag: 'iq', attrs, content: contentFor(request, known) };
}

function contentFor(request: BinaryNode, known: Known): BinaryNode[] {
  const [child] = Array.isArray(request.content) ? request.content : [];
  if (child?.tag === 'count') return [{ tag: 'count', attrs: { value: String(known.preKeys) } }];
  if (child?.tag === 'digest') return [{ tag: 'digest', attrs: {} }];
  if (child?.tag === 'usync') return [{ tag: 'usync', attrs: {}, content: [users(child, known)] }];
  if (child?.tag === 'key')
    return [{ tag: 'list', attrs: {}, content: getBinaryNodeChildren(child, 'user').map(keysOf) }];
  return [];
}

function users(usync: BinaryNode, { unknown, unsaid, renamed }: Known): BinaryNode {
  const list = getBinaryNodeChild(usync, 'list');
  const content = getBinaryNodeChildren(list, 'user').flatMap((user) => {
    const asked = getBinaryNodeChild(user, 'contact')?.content;
    if (asked === undefined) return withDevice(user.attrs['jid'] as string);
    const phone = Buffer.from(asked as Uint8Array).toString();
    if (unsaid.has(phone)) return [];
    const contact = { tag: 'contact', attrs: { type: unknown.has(phone) ? 'out' : 'in' } };
    const theirs = renamed.get(phone) ?? phone;
    return { tag: 'user', attrs: { jid: `${theirs.slice(1)}@s.whatsapp.net` }, content: [contact] };
  });
  return { tag: 'list', attrs: {}, content };
}

/** One device, and the hidden number under which WhatsApp addresses it. */
function withDevice(jid: string): BinaryNode {
  const device = { tag: 'device', attrs: { id: '0', 'key-index': '1' } };
  const devices = { tag: 'devices', attrs: {}, content: [{ tag: 'device-list', attrs: {}, content: [device] }] };
  const lid = { tag: 'lid', attrs: { val: `9${jid.replace('@s.whatsapp.net', '@lid')}` } };
  return { tag: 'user', attrs: { jid }, content: [devices, lid] };
}

function keysOf({ attrs }: BinaryNode): BinaryNode {
  const identity = Curve.generateKeyPair();
  const signed = signedKeyPair(identity, 1);
  const once = Curve.generateKeyPair();
  const skey = [value('id', number(1, 3)), value('value', signed.keyPair.public), value('signature', signed.signature)];
  const key = [value('id', number(2, 3)), value('value', once.public)];
  return {
    tag: 'user',
    attrs: { jid: attrs['jid'] as string },
    content: [
      value('registration', number(5, 4)),
      value('identity', identity.public),
      { tag: 'skey', attrs: {}, content: skey },
      { tag: 'key', attrs: {}, content: key },
    ],
  };
}

function value(tag: string, content: Uint8Array): BinaryNode {
  return { tag, attrs: {}, content };
}

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
