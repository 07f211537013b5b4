import { Injectable, Logger } from '@nestjs/common';
import {
  type NewSuppression,
  SuppressionRepository,
} from '@outbell/persistence/repositories/suppression.repository.js';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import type { ListBody } from '../http/lists/list-body.js';
import type { ImportDto } from '../http/lists/list-import.dto.js';
import { importList, type ListKind, type Stored } from '../http/lists/list-import.js';
import { readAs } from '../http/read-dto.js';
import { CreateSuppressionDto } from './suppression-requests.dto.js';
import { scopeOf } from './suppression-scope.js';

const COLUMNS = {
  known: ['channel', 'address', 'reason', 'scope', 'topic'],
  required: ['channel', 'address'],
  ignored: ['id', 'evidence', 'created_at'],
};

/** A tenant's suppressions as whole lists. */
@Injectable()
export class SuppressionList {
  private readonly logger = new Logger(SuppressionList.name);

  constructor(
    private readonly suppressions: SuppressionRepository,
    private readonly clock: Clock,
    private readonly loop: EventLoop,
  ) {}

  /**
   * Suppresses every address of a list; those that are suppressed already keep their reason. @throws {InputError} for a
   * bad header
   */
  async import(by: AuthenticatedKey, list: ListBody): Promise<ImportDto> {
    const evidence = { key_prefix: by.prefix };
    const kind: ListKind<NewSuppression> = {
      ...COLUMNS,
      read: (values, mostErrors) => {
        const { channel, address, reason, ...wanted } = readAs(CreateSuppressionDto, values, mostErrors);
        return { channel, address: normalizeAddress(channel, address), reason, ...scopeOf(wanted), evidence };
      },
      store: (rows) => this.store(by.tenantId, rows),
    };
    const imported = await importList(list, kind, this.loop);
    const { created, rejected } = imported;
    this.logger.log('suppressions imported', { audit: true, keyPrefix: by.prefix, created, rejected });
    return imported;
  }

  /** When it is done, nothing leaves to the batch’s addresses any more that their scopes forbid. */
  private async store(tenantId: string, rows: NewSuppression[]): Promise<Stored> {
    return { created: await this.suppressions.addMany(tenantId, rows, this.clock.now()), updated: 0 };
  }
}
