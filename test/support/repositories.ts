import { getDataSourceToken, getRepositoryToken } from '@nestjs/typeorm';
import { ENGINE } from '@outbell/persistence/engine/engine-data-source.js';
import { ENTITIES } from '@outbell/persistence/entities.js';
import type { DataSource } from 'typeorm';

/** A repository of ours as Nest makes it, both its pools being this one. */
export function repositoryOn<T>(dataSource: DataSource, type: new (...args: never[]) => T): T {
  const parts = new Map<unknown, unknown>(
    ENTITIES.map((entity) => [getRepositoryToken(entity), dataSource.getRepository(entity)]),
  );
  parts.set(getDataSourceToken(ENGINE), dataSource);
  const named = (Reflect.getMetadata('self:paramtypes', type) ?? []) as { index: number; param: unknown }[];
  const asked = new Map(named.map(({ index, param }) => [index, param]));
  // What is not named by a token is the DataSource itself.
  const wanted = Array.from({ length: type.length }, (_, index) => parts.get(asked.get(index)) ?? dataSource);
  return new type(...(wanted as never[]));
}
