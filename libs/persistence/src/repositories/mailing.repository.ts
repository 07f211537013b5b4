import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { Repository } from 'typeorm';
import { MessageEntity } from '../entities/message.entity.js';

/** A message as its recipient is to recognise it. */
export interface Mailing {
  channel: Channel;
  recipient: string;
  /** Of bulk: what its recipient can unsubscribe from alone. */
  topic: string | null;
  senderName: string | null;
  senderAddress: string;
  tenantName: string;
  /** Of the contact with that address, if there is one. */
  contactLocale: string | null;
  /** Of the template it was written from. */
  templateLocale: string | null;
}

@Injectable()
export class MailingRepository {
  constructor(@InjectRepository(MessageEntity) private readonly messages: Repository<MessageEntity>) {}

  async find(tenantId: string, messageId: string): Promise<Mailing | null> {
    const [mailing] = await this.messages.manager.query<Mailing[]>(
      `SELECT m.channel, m.recipient, m.topic, s.name AS "senderName", s.address AS "senderAddress",
         t.name AS "tenantName",
         (SELECT c.locale FROM contact c
            WHERE c.tenant_id = m.tenant_id AND c.email = m.recipient AND c.locale IS NOT NULL
            ORDER BY c.id DESC LIMIT 1) AS "contactLocale",
         (SELECT p.locale FROM template_version v JOIN template p ON p.id = v.template_id
            WHERE v.id = m.template_version_id) AS "templateLocale"
       FROM message m JOIN tenant t ON t.id = m.tenant_id
       JOIN sender s ON s.id = m.sender_id AND s.tenant_id = m.tenant_id
       WHERE m.id = $2 AND m.tenant_id = $1 AND m.mode = 'live'`,
      [tenantId, messageId],
    );
    return mailing ?? null;
  }
}
