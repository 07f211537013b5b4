import { Global, Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { FirstAnswers } from './first-answers.service.js';

/** What handlers of every room need that are `@Idempotent()`. */
@Global()
@Module({ imports: [PersistenceModule, CryptoModule], providers: [FirstAnswers], exports: [FirstAnswers] })
export class IdempotencyModule {}
