import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  hkdf,
  type KeyPair,
  NOISE_WA_HEADER,
  proto,
  sha256,
  WA_CERT_DETAILS,
} from 'baileys';

const PROTOCOL = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const NONE = Buffer.alloc(0);

/** Who signs the servers of this test: taken for WhatsApp's own root while the fake runs. */
const root = Curve.generateKeyPair();

/** @returns makes WhatsApp's root what it was */
export function trustTestRoot(): () => void {
  const former = WA_CERT_DETAILS.PUBLIC_KEY;
  WA_CERT_DETAILS.PUBLIC_KEY = root.public as typeof former;
  return () => {
    WA_CERT_DETAILS.PUBLIC_KEY = former;
  };
}

/** The server's half of WhatsApp's Noise XX handshake, and the encryption that comes of it. */
export class NoiseServer {
  private hash: Buffer = PROTOCOL;
  private salt: Buffer = PROTOCOL;
  private key: Buffer = PROTOCOL;
  private counter = 0;
  private readonly ephemeral = Curve.generateKeyPair();
  private readonly fixed = Curve.generateKeyPair();
  private transport: { write: Buffer; read: Buffer; written: number; seen: number } | undefined;

  get ready(): boolean {
    return this.transport !== undefined;
  }

  /** @param hello the client's first frame @returns the answer */
  async greet(hello: Uint8Array): Promise<Uint8Array> {
    const { clientHello } = proto.HandshakeMessage.decode(hello);
    const client = clientHello?.ephemeral as Uint8Array;
    this.authenticate(NOISE_WA_HEADER);
    this.authenticate(client);
    this.authenticate(this.ephemeral.public);
    this.mix(Curve.sharedKey(this.ephemeral.private, client));
    const fixed = this.encryptNext(this.fixed.public);
    this.mix(Curve.sharedKey(this.fixed.private, client));
    const payload = this.encryptNext(certificates(this.fixed));
    const serverHello = { ephemeral: this.ephemeral.public, static: fixed, payload };
    return proto.HandshakeMessage.encode({ serverHello }).finish();
  }

  /** @param finish the client's second frame @returns who it says it is */
  finish(finish: Uint8Array): proto.ClientPayload {
    const { clientFinish } = proto.HandshakeMessage.decode(finish);
    const client = this.decryptNext(clientFinish?.static as Uint8Array);
    this.mix(Curve.sharedKey(this.ephemeral.private, client));
    const payload = proto.ClientPayload.decode(this.decryptNext(clientFinish?.payload as Uint8Array));
    const [read, write] = this.derive(NONE);
    this.transport = { read, write, written: 0, seen: 0 };
    return payload;
  }

  encrypt(plain: Uint8Array): Buffer {
    const { transport } = this;
    if (!transport) throw new Error('not yet');
    return aesEncryptGCM(plain, transport.write, iv(transport.written++), NONE);
  }

  decrypt(sealed: Uint8Array): Buffer {
    const { transport } = this;
    if (!transport) throw new Error('not yet');
    return aesDecryptGCM(sealed, transport.read, iv(transport.seen++), NONE);
  }

  private authenticate(data: Uint8Array): void {
    this.hash = sha256(Buffer.concat([this.hash, data]));
  }

  private derive(data: Uint8Array): [Buffer, Buffer] {
    const key = Buffer.from(hkdf(Buffer.from(data), 64, { salt: this.salt, info: '' }));
    return [key.subarray(0, 32), key.subarray(32)];
  }

  private mix(data: Uint8Array): void {
    [this.salt, this.key] = this.derive(data);
    this.counter = 0;
  }

  private encryptNext(plain: Uint8Array): Buffer {
    const sealed = aesEncryptGCM(plain, this.key, iv(this.counter++), this.hash);
    this.authenticate(sealed);
    return sealed;
  }

  private decryptNext(sealed: Uint8Array): Buffer {
    const plain = aesDecryptGCM(sealed, this.key, iv(this.counter++), this.hash);
    this.authenticate(sealed);
    return plain;
  }
}

function iv(counter: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 8);
  return bytes;
}

function certificates(server: KeyPair): Uint8Array {
  const { Details } = proto.CertChain.NoiseCertificate;
  const between = Curve.generateKeyPair();
  const leaf = Details.encode({ serial: 2, issuerSerial: 1, key: server.public }).finish();
  const intermediate = Details.encode({
    serial: 1,
    issuerSerial: WA_CERT_DETAILS.SERIAL,
    key: between.public,
  }).finish();
  return proto.CertChain.encode({
    leaf: { details: leaf, signature: Curve.sign(between.private, leaf) },
    intermediate: { details: intermediate, signature: Curve.sign(root.private, intermediate) },
  }).finish();
}
