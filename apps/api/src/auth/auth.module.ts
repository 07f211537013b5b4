import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';

@Module({ imports: [PersistenceModule] })
export class AuthModule {}
