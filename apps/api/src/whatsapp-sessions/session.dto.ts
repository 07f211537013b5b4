import { ApiProperty } from '@nestjs/swagger';
import type { WhatsAppSessionEntity } from '@outbell/persistence/entities/whatsapp-session.entity.js';
import { SESSION_STATES, type SessionState } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';
import { type Plain, shownAs } from '../http/shown-as.js';

const SHOWN_STATES = [...SESSION_STATES, 'logging_out'] as const;

/** A WhatsApp session as it may be shown: without its keys. */
export class SessionDto extends ChangingResourceDto {
  @ApiProperty({ example: 'shop' })
  name!: string;

  @ApiProperty({
    enum: SHOWN_STATES,
    description:
      '`stopped` is for good: delete it and pair anew. `disconnected` comes back by itself, but with the reason ' +
      '`client_too_old` after an update of Outbell only.',
  })
  state!: SessionState | 'logging_out';

  @ApiNullable({ example: 'logged_out', description: 'Why it is not connected.' })
  reason!: string | null;

  @ApiNullable({ example: '+33612345678', description: 'Once it is paired.' })
  phone!: string | null;

  @ApiNullable({ format: 'date-time', description: 'WhatsApp has restricted the number: nothing is sent before.' })
  restricted_until!: string | null;
}

export class SessionPageDto extends PageOf(SessionDto) {}

const shown = shownAs(SessionDto);

export function showSession(row: Plain<WhatsAppSessionEntity>): Plain<SessionDto> {
  return shown({ ...row, state: row.logoutWanted ? 'logging_out' : row.state, restrictedUntil: row.restrictedUntil });
}
