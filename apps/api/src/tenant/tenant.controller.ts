import { Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { CurrentKey } from '../auth/current-key.decorator.js';
import { OpenToTestKeys } from '../auth/open-to-test-keys.decorator.js';
import { RequireScope } from '../auth/require-scope.decorator.js';
import { Answers } from '../http/answers.decorator.js';
import { Idempotent } from '../http/idempotent.decorator.js';
import { TenantDto } from './tenant.dto.js';
import { TenantService } from './tenant.service.js';

@ApiTags('tenant')
@Controller('v1/tenant')
export class TenantController {
  constructor(private readonly tenant: TenantService) {}

  @Get()
  @RequireScope('tenant:read')
  @OpenToTestKeys()
  @ApiOperation({ summary: 'Show the tenant', description: 'Whether it may send, and why not.' })
  @Answers(200, TenantDto)
  async show(@CurrentKey() key: AuthenticatedKey): Promise<TenantDto> {
    return this.tenant.show(key.tenantId);
  }

  @Post('resume')
  @RequireScope('tenant:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Let a paused tenant send again',
    description:
      'Its messages go on within two minutes. What has failed up to now counts for no further pause. 409 when it is ' +
      'not paused.',
  })
  @Answers(200, TenantDto)
  async resume(@CurrentKey() key: AuthenticatedKey): Promise<TenantDto> {
    return this.tenant.resume(key);
  }
}
