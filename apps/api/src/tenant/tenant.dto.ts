import { ApiProperty } from '@nestjs/swagger';
import type { TenantEventEntity } from '@outbell/persistence/entities/tenant-event.entity.js';
import type { TenantEntity } from '@outbell/persistence/entities/tenant.entity.js';
import { ApiNullable } from '../http/field.decorators.js';
import { shownAs } from '../http/shown-as.js';

export class TenantEventDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: ['paused', 'resumed'] })
  type!: string;

  @ApiNullable({ example: 'failure_rate', description: 'Why it was paused.' })
  reason!: string | null;

  @ApiNullable({
    type: Object,
    example: { ended: 400, failed: 260, window_ms: 3600000 },
    description: 'What was counted within the window.',
  })
  detail!: Record<string, unknown> | null;
}

/** The tenant whose key asks. */
export class TenantDto {
  @ApiProperty({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' })
  id!: string;

  @ApiProperty({ example: 'shop' })
  name!: string;

  @ApiProperty({ enum: ['active', 'paused'], description: '`paused`: its messages wait until it is resumed.' })
  status!: 'active' | 'paused';

  @ApiNullable({ format: 'date-time', description: 'Null while it is active.' })
  paused_at!: string | null;

  @ApiNullable({
    enum: ['failure_rate', 'complaint_rate'],
    description: 'Which rate crossed its bound.',
  })
  pause_reason!: string | null;

  @ApiNullable({ type: Object, description: 'What was counted within the window.' })
  pause_detail!: Record<string, number> | null;

  @ApiProperty({ type: [TenantEventDto], description: 'The latest ones, newest first.' })
  events!: TenantEventDto[];
}

const shown = shownAs(TenantDto);
const showEvent = shownAs(TenantEventDto);

export function showTenant(tenant: TenantEntity, events: TenantEventEntity[]): TenantDto {
  const { id, name, pausedAt, pauseReason, pauseDetail } = tenant;
  const status = pausedAt === null ? 'active' : 'paused';
  return shown({ id, name, status, pausedAt, pauseReason, pauseDetail, events: events.map(showEvent) });
}
