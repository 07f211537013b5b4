import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { parseInput } from '../http/parse-input.js';
import { faultListSchema } from './fault.schema.js';
import { type ActiveFault, Faults } from './faults.service.js';

/** Switches faults on and off while the sandbox runs. */
@Controller('api/faults')
export class FaultsController {
  constructor(private readonly faults: Faults) {}

  @Get()
  list(): { data: ActiveFault[] } {
    return { data: this.faults.list() };
  }

  @Put()
  replace(@Body() body: unknown): { data: ActiveFault[] } {
    this.faults.replace(parseInput(faultListSchema, body));
    return this.list();
  }

  @Delete()
  @HttpCode(204)
  clear(): void {
    this.faults.replace([]);
  }
}
