import { generateKeyPairSync } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { FcmCredentials } from './fcm.credentials.js';

const PEM = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048, ...PEM }).privateKey;
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256', ...PEM }).privateKey;
const FILE = {
  type: 'service_account',
  project_id: 'our-app',
  private_key_id: 'c0ffee',
  private_key: RSA,
  client_email: 'push@our-app.iam.gserviceaccount.com',
  client_id: '1',
  token_uri: 'https://oauth2.googleapis.com/token',
  universe_domain: 'googleapis.com',
};

async function wrongIn(given: object): Promise<string[]> {
  const errors = await validate(plainToInstance(FcmCredentials, given), {
    whitelist: true,
    forbidNonWhitelisted: true,
  });
  return errors.flatMap(({ property, children = [] }) =>
    children.length > 0 ? children.map((child) => `${property}.${child.property}`) : [property],
  );
}

describe('FcmCredentials', () => {
  it('takes Google’s file as it is', async () => {
    expect(await wrongIn({ service_account: FILE })).toEqual([]);
  });

  it.each([
    [{}, ['service_account']],
    [{ service_account: 'file.json' }, ['service_account']],
    [{ service_account: { ...FILE, project_id: '../other' } }, ['service_account.project_id']],
    [{ service_account: { ...FILE, client_email: 'push' } }, ['service_account.client_email']],
    [{ service_account: { ...FILE, private_key: 'key' } }, ['service_account.private_key']],
    [{ service_account: { ...FILE, private_key: EC } }, ['service_account.private_key']],
    [{ service_account: { ...FILE, password: 'x' } }, ['service_account.password']],
  ])('names what is wrong, case %#', async (given, wrong) => {
    expect(await wrongIn(given)).toEqual(wrong);
  });
});
