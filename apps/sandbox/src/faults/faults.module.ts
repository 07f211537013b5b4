import { Module } from '@nestjs/common';
import { FaultsController } from './faults.controller.js';
import { Faults } from './faults.service.js';

@Module({ controllers: [FaultsController], providers: [Faults], exports: [Faults] })
export class FaultsModule {}
