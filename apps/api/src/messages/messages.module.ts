import { Module } from '@nestjs/common';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { MessagesController } from './messages.controller.js';
import { MessagesService } from './messages.service.js';

@Module({ imports: [PersistenceModule, IntakeModule], controllers: [MessagesController], providers: [MessagesService] })
export class MessagesModule {}
