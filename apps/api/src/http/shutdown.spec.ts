import { Controller, Get, Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { EventEmitter, once } from 'node:events';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { Public } from '../auth/public.decorator.js';

const gate = new EventEmitter();

@Controller('slow')
class SlowController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Public()
  async slow(): Promise<string> {
    gate.emit('entered');
    await once(gate, 'open');
    await this.dataSource.query('SELECT 1');
    return 'done';
  }
}

@Module({ imports: [PersistenceModule], controllers: [SlowController] })
class SlowRoom {}

describe('closing the API', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({}, [SlowRoom]);
  });
  afterAll(() => api.database.drop());

  it('answers what is in flight, and takes nothing new', async () => {
    await api.app.listen(0, '127.0.0.1');
    const url = await api.app.getUrl();
    const entered = once(gate, 'entered');
    const inFlight = fetch(`${url}/slow`);
    await entered;
    const closed = api.app.close();
    const late = await fetch(`${url}/health/live`).then(
      (answer) => answer.status,
      () => 'refused',
    );
    expect([503, 'refused']).toContain(late);
    gate.emit('open');
    expect(await (await inFlight).text()).toBe('done');
    await closed;
  });
});
