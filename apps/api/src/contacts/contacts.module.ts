import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { EventLoopModule } from '@outbell/shared/event-loop/event-loop.module.js';
import { ContactList } from './contact-list.service.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { DevicesService } from './devices.service.js';

@Module({
  imports: [PersistenceModule, EventLoopModule],
  controllers: [ContactsController],
  providers: [ContactList, ContactsService, DevicesService],
})
export class ContactsModule {}
