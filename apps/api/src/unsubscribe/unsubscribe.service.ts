import { Injectable, Logger } from '@nestjs/common';
import { toNewDeliveryEvent } from '@outbell/intake/new-delivery-event.js';
import type { SuppressionEntity } from '@outbell/persistence/entities/suppression.entity.js';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { type Mailing, MailingRepository } from '@outbell/persistence/repositories/mailing.repository.js';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
import type { DeliveryEvent } from '@outbell/providers/callback.js';
import { Clock } from '@outbell/shared/clock.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { withLogContext } from '@outbell/shared/logging/log-context.js';

/** As the worker signs it into the List-Unsubscribe header: tenant and message. */
const PURPOSE = 'unsubscribe';

/** How many suppressions of one address are looked at. */
const MOST = 100;

/** What a link leads to. */
export interface Subscription {
  tenantId: string;
  messageId: string;
  mailing: Mailing;
  /** By which the recipient has these mailings no more, for their topic or for all bulk; none: they go on. */
  refusals: SuppressionEntity[];
  /** Tells whether a link can take that back: it was a link that did it. */
  undoable: boolean;
}

/**
 * Takes a person off the list of a tenant, on the word of a link that only the receiver of a message has, and on again.
 */
@Injectable()
export class UnsubscribeService {
  private readonly logger = new Logger(UnsubscribeService.name);

  constructor(
    private readonly signer: Signer,
    private readonly mailings: MailingRepository,
    private readonly suppressions: SuppressionRepository,
    private readonly callbacks: CallbackRepository,
    private readonly clock: Clock,
  ) {}

  /** Null: the token is none of ours, or its message is gone. */
  async find(token: string): Promise<Subscription | null> {
    const [tenantId, messageId] = this.signer.verify(PURPOSE, token)?.split(':') ?? [];
    if (tenantId === undefined || messageId === undefined) return null;
    const mailing = await this.mailings.find(tenantId, messageId);
    if (!mailing) return null;
    const { channel, recipient: address } = mailing;
    const known = await this.suppressions.list(tenantId, { channel, address }, MOST);
    const { topic } = mailing;
    const refusals = known.filter((one) => one.reason === 'unsubscribe' && holdsFor(one, topic));
    return { tenantId, messageId, mailing, refusals, undoable: refusals.every(isOfLink) };
  }

  /** Suppresses the message's recipient for its topic, or for all bulk where it has none; again without harm. */
  async unsubscribe({ tenantId, messageId, mailing }: Subscription): Promise<void> {
    const now = this.clock.now();
    const evidence = { message_id: messageId, at: now.toISOString() };
    const { channel, recipient: address, topic } = mailing;
    const what = topic === null ? ({ scope: 'bulk' } as const) : ({ scope: 'topic', topic } as const);
    const { id } = await this.suppressions.add(
      tenantId,
      { channel, address, reason: 'unsubscribe', ...what, evidence },
      now,
    );
    await this.tell(tenantId, messageId, { kind: 'unsubscribed', eventId: id, at: now, channel });
  }

  /** Takes back what a link has done, and nothing else: neither a complaint nor what the tenant itself entered. */
  async resubscribe({ tenantId, messageId, mailing: { channel }, refusals, undoable }: Subscription): Promise<void> {
    if (!undoable) return;
    let undone: string | undefined;
    for (const { id } of refusals) undone = (await this.suppressions.remove(tenantId, id))?.id ?? undone;
    if (undone === undefined) return;
    const eventId = `${undone}:undone`;
    await this.tell(tenantId, messageId, { kind: 'resubscribed', eventId, at: this.clock.now(), channel });
  }

  /** Records it in the message's timeline, as of a message that arrived. What was done does not wait for that. */
  private async tell(
    tenantId: string,
    messageId: string,
    said: Pick<DeliveryEvent, 'kind' | 'eventId' | 'at' | 'channel'>,
  ): Promise<void> {
    await this.callbacks.note({ provider: 'one-click', connectionId: null, tenantId }, [
      toNewDeliveryEvent({ ...said, messageId }),
    ]);
    withLogContext({ tenantId, messageId }, () => {
      this.logger.log(said.kind);
    });
  }
}

/** Tells whether it holds for bulk mail of that topic. */
function holdsFor({ scope, topic }: SuppressionEntity, wanted: string | null): boolean {
  return scope !== 'topic' || topic === wanted;
}

function isOfLink({ evidence }: SuppressionEntity): boolean {
  return evidence['message_id'] !== undefined && evidence['provider'] === undefined && evidence['reply'] === undefined;
}
