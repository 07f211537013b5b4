import { HttpException, HttpStatus, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import {
  catchError,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  finalize,
  from,
  type Observable,
  Subject,
  takeUntil,
  takeWhile,
  timer,
} from 'rxjs';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { Authenticator } from '../auth/authenticator.service.js';
import { isLast, type PairingEvent, pairingEvent, type Shown } from './pairing-event.js';

/** How soon the API sees what a worker wrote, in ms. */
const LOOK_MS = 500;

/** A telephone has long given up by then, in ms. */
const LONGEST_MS = 600_000;

/** Streams of one tenant at one API. */
const MOST_FOLLOWERS = 20;

/** Tells how the pairing of a session goes on, as its worker writes it down. */
@Injectable()
export class PairingProgress implements OnModuleDestroy {
  private readonly logger = new Logger(PairingProgress.name);
  private readonly closing = new Subject<void>();
  /** Streams of each tenant that are open here. */
  private readonly followers = new Map<string, number>();

  constructor(
    private readonly sessions: WhatsAppSessionRepository,
    private readonly vault: Vault,
    private readonly authenticator: Authenticator,
  ) {}

  /**
   * Each change, from how it is now until it is connected or has failed, or the key that asks has ended. A session that
   * is deleted meanwhile has failed.
   *
   * @throws {HttpException} 429 when the tenant follows as many already: each asks the database twice a second
   */
  of(key: AuthenticatedKey, id: string): Observable<{ type: string; data: object }> {
    const { tenantId } = key;
    if ((this.followers.get(tenantId) ?? 0) >= MOST_FOLLOWERS) {
      const text =
        `At most ${MOST_FOLLOWERS} pairings can be followed at once. Close one, or ask GET ` + '/v1/whatsapp-sessions.';
      throw new HttpException(text, HttpStatus.TOO_MANY_REQUESTS, { errorCode: 'too_many_streams' });
    }
    return defer(() => {
      this.count(tenantId, 1);
      return this.changes(key, id).pipe(finalize(() => this.count(tenantId, -1)));
    });
  }

  private count(tenantId: string, by: 1 | -1): void {
    const followers = (this.followers.get(tenantId) ?? 0) + by;
    if (followers === 0) this.followers.delete(tenantId);
    else this.followers.set(tenantId, followers);
  }

  private changes(key: AuthenticatedKey, id: string): Observable<{ type: string; data: object }> {
    return timer(0, LOOK_MS).pipe(
      exhaustMap(() => from(this.look(key, id)).pipe(catchError((error: unknown) => this.unseen(id, error)))),
      takeWhile((event): event is PairingEvent => event !== null),
      distinctUntilChanged((before, now) => JSON.stringify(before) === JSON.stringify(now)),
      takeWhile((event) => !isLast(event), true),
      concatMap(withImage),
      takeUntil(timer(LONGEST_MS)),
      takeUntil(this.closing),
    );
  }

  /** An open stream would keep the API from ending. */
  onModuleDestroy(): void {
    this.closing.next();
  }

  /** The next look may succeed; what is wrong is no business of who listens. */
  private unseen(sessionId: string, error: unknown): Observable<never> {
    this.logger.warn('the pairing of a WhatsApp session cannot be seen', { sessionId }, error);
    return EMPTY;
  }

  /** Null: whoever asks may no longer be told. */
  private async look(key: AuthenticatedKey, id: string): Promise<PairingEvent | null> {
    if (!(await this.authenticator.isStillGood(key))) return null;
    const { tenantId } = key;
    const session = await this.sessions.find(tenantId, id);
    if (!session) return { type: 'failed', data: { reason: 'deleted' } };
    const row = await this.sessions.shown(tenantId, id);
    if (!row) return pairingEvent(session, null);
    const { value } = this.vault.open<{ value: string }>({ tenantId, rowId: row.id }, row);
    return pairingEvent(session, { code: JSON.parse(value) as Shown, until: row.until });
  }
}

/**
 * Beside the text of a QR code its picture, as the `data:` URL of a PNG. Its library is loaded for the first one: few
 * APIs ever pair.
 */
async function withImage(event: PairingEvent): Promise<{ type: string; data: object }> {
  if (event.type !== 'qr') return event;
  const { toDataURL } = await import('qrcode');
  return { type: event.type, data: { ...event.data, image: await toDataURL(event.data.qr) } };
}
