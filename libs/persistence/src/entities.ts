import { ApiKeyEntity } from './entities/api-key.entity.js';
import { TenantEntity } from './entities/tenant.entity.js';

/** Every table as TypeORM sees it. */
export const ENTITIES: (new () => object)[] = [
  ApiKeyEntity,
  TenantEntity,
];
