import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AuthenticatedKey, CurrentKey } from '../auth/authenticated-key.js';
import { ActionRoute, ReadRoute } from '../http/route.decorators.js';
import { TenantDto } from './tenant.dto.js';
import { TenantService } from './tenant.service.js';

@ApiTags('tenant')
@Controller('v1/tenant')
export class TenantController {
  constructor(private readonly tenant: TenantService) {}

  @ReadRoute('tenant:read', TenantDto, {
    path: '',
    summary: 'Show the tenant',
    description: 'Whether it may send, and why not.',
    testKeys: true,
  })
  getTenant(@CurrentKey() key: AuthenticatedKey) {
    return this.tenant.show(key.tenantId);
  }

  @ActionRoute('tenant:write', TenantDto, {
    path: 'resume',
    summary: 'Let a paused tenant send again',
    description:
      'Its messages go on within two minutes. What has failed up to now counts for no further pause. 409 when it is ' +
      'not paused.',
  })
  resumeTenant(@CurrentKey() key: AuthenticatedKey) {
    return this.tenant.resume(key);
  }
}
