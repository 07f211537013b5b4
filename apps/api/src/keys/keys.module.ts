import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';

@Module({ imports: [PersistenceModule], controllers: [KeysController], providers: [KeysService] })
export class KeysModule {}
