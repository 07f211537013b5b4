import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import { InputError } from '@outbell/shared/errors.js';
import { validate as isUuid } from 'uuid';
import type { Installation } from './installation.js';

/** Finds the tenant of that id or name. @throws {InputError} when there is none */
export async function requireTenant(installation: Installation, idOrName: string) {
  const tenants = await installation.get(TenantRepository);
  const tenant = (isUuid(idOrName) ? await tenants.find(idOrName) : null) ?? (await tenants.findByName(idOrName));
  if (!tenant) throw InputError.forField('tenant', `there is no tenant "${idOrName}" (see: outbell tenant list)`);
  return tenant;
}
