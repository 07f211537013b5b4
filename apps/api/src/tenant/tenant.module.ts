import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { TenantController } from './tenant.controller.js';
import { TenantService } from './tenant.service.js';

@Module({ imports: [PersistenceModule], controllers: [TenantController], providers: [TenantService] })
export class TenantModule {}
