import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { SmtpCredentials } from './smtp.credentials.js';
import { selfSigned } from './testing/certificates.js';

const GOOD = { host: 'smtp.example.com', port: 587, security: 'starttls' };

function faults(changes: object): string[] {
  const credentials = plainToInstance(SmtpCredentials, { ...GOOD, ...changes });
  const errors = validateSync(credentials, { whitelist: true, forbidNonWhitelisted: true });
  return errors.map((error) => error.property);
}

describe('SMTP credentials', () => {
  it.each([
    {},
    { host: '10.1.2.3' },
    { host: '2001:db8::25' },
    { username: 'a', password: 'b' },
    { max_connections: 50, security: 'tls', port: 465 },
    { ca: selfSigned('mail.example.com').cert },
  ])('take %j', (changes) => {
    expect(faults(changes)).toEqual([]);
  });

  it.each([
    ['host', 'smtp://mail.example.com'],
    ['host', 'user@mail.example.com'],
    ['host', 'mail.example.com/path'],
    ['host', 'mail.example.com\r\nEHLO'],
    ['host', ''],
    ['host', undefined],
    ['port', 0],
    ['port', 65536],
    ['port', '587'],
    ['security', 'ssl'],
    ['security', undefined],
    ['max_connections', 0],
    ['max_connections', 51],
    ['ca', 'not a certificate'],
    ['ca', '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----'],
    ['tls', { rejectUnauthorized: false }],
  ])('refuse %s %j', (property, value) => {
    expect(faults({ [property]: value })).toEqual([property]);
  });

  it('want both username and password, or neither', () => {
    expect(faults({ username: 'a' })).toEqual(['password']);
    expect(faults({ password: 'b' })).toEqual(['username']);
  });
});
