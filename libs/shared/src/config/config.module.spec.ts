import { Injectable, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testEnvironment } from '../../../../test/support/config.js';
import { ConfigModule } from './config.module.js';
import { Config } from './config.schema.js';
import { ConfigError, loadConfig } from './load-config.js';

@Injectable()
class Reader {
  constructor(
    readonly config: Config,
    readonly service: ConfigService<Config['values'], true>,
  ) {}
}

@Module({ providers: [Reader] })
class Room {}

describe('ConfigModule', () => {
  const environment = { ...process.env };
  beforeEach(() => {
    process.env['STRANGER'] = 'of the environment';
    delete process.env['RETRY_FACTOR'];
  });
  afterEach(() => {
    delete process.env['STRANGER'];
    expect(process.env).toEqual(environment);
  });

  async function read(settings: Record<string, string>): Promise<Reader> {
    const config = loadConfig({ ...testEnvironment(), ...settings });
    const app = await Test.createTestingModule({ imports: [ConfigModule.forRoot(config), Room] }).compile();
    return app.get(Reader);
  }

  it('gives both the same values, checked and converted', async () => {
    const { config, service } = await read({ API_PORT: '3210', METRICS_TOKEN: '', OUTBOUND_ALLOW: '10.0.0.0/8' });
    expect(service.get('API_PORT')).toBe(3210);
    expect(service.get('RETRY_FACTOR')).toBe(4);
    expect(service.get('OUTBOUND_ALLOW')).toEqual(['10.0.0.0/8']);
    expect(service.get('METRICS_TOKEN')).toBeUndefined();
    expect(service.get('QUEUE_URL')).toBe(config.values.DATABASE_URL);
    for (const name of Object.keys(config.values) as (keyof Config['values'])[])
      expect(service.get(name)).toEqual(config.values[name]);
  });

  it('gives nothing else that the environment holds, and puts nothing into it', async () => {
    const { service } = await read({});
    expect(service.get('STRANGER' as 'API_PORT')).toBeUndefined();
    expect(process.env['RETRY_FACTOR']).toBeUndefined();
  });

  it('keeps those of two applications in one process apart', async () => {
    const [one, other] = [await read({ API_PORT: '3001' }), await read({ API_PORT: '3002' })];
    expect([one.service.get('API_PORT'), other.service.get('API_PORT')]).toEqual([3001, 3002]);
  });

  it('is not even made of wrong settings: all of them are told before Nest starts', () => {
    const wrong = () => loadConfig({ ...testEnvironment(), API_PORT: 'x', DATABASE_POOL: '0' });
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(/DATABASE_POOL: .*\n.*API_PORT: /s);
  });
});
