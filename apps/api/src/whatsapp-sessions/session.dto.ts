import { ApiProperty } from '@nestjs/swagger';
import type { WhatsAppSessionEntity } from '@outbell/persistence/entities/whatsapp-session.entity.js';
import { SESSION_STATES, type SessionState } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';

const SHOWN_STATES = [...SESSION_STATES, 'logging_out'] as const;

/** A WhatsApp session as it may be shown: without its keys. */
export class SessionDto extends ChangingResourceDto {
  @ApiProperty({ example: 'shop' })
  name!: string;

  @ApiProperty({
    enum: SHOWN_STATES,
    description:
      '`stopped` is for good: delete it and pair anew. `disconnected` comes back by itself, but with the reason ' +
      '`client_too_old` after an ' +
      'update of Outbell only.',
  })
  state!: SessionState | 'logging_out';

  @ApiProperty({ type: String, nullable: true, example: 'logged_out', description: 'Why it is not connected.' })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+33612345678', description: 'Once it is paired.' })
  phone!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'WhatsApp has restricted the number: nothing is sent before.',
  })
  rests_until!: string | null;
}

export class SessionPageDto extends PageOf(SessionDto) {}

export function showSession(row: WhatsAppSessionEntity): SessionDto {
  const { id, name, state, reason, phone, logoutWanted, restrictedUntil, createdAt, updatedAt } = row;
  return {
    id,
    name,
    state: logoutWanted ? 'logging_out' : state,
    reason,
    phone,
    rests_until: restrictedUntil?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}
