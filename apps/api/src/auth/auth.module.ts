import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Authenticator } from './authenticator.service.js';
import { KeyFailures } from './key-failures.service.js';
import { KeyLimiter } from './key-limiter.service.js';
import { ScopeGuard } from './scope.guard.js';
import { ScopePolicy } from './scope.policy.js';

@Module({
  imports: [PersistenceModule, DiscoveryModule],
  providers: [Authenticator, KeyFailures, KeyLimiter, ScopePolicy, { provide: APP_GUARD, useClass: ScopeGuard }],
  exports: [Authenticator],
})
export class AuthModule {}
