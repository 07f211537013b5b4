import type { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { InputError } from '@outbell/shared/errors.js';
import { validate as isUuid } from 'uuid';

/** The tenant of that id or name. @throws {InputError} when there is none */
export async function requireTenant(tenants: TenantRepository, idOrName: string) {
  const tenant = (isUuid(idOrName) ? await tenants.find(idOrName) : null) ?? (await tenants.findByName(idOrName));
  if (!tenant) throw InputError.forField('tenant', `there is no tenant "${idOrName}" (see: outbell tenant list)`);
  return tenant;
}
