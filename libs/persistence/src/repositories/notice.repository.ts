import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Raw, Repository } from 'typeorm';
import { NoticeEntity } from '../entities/notice.entity.js';

/** What a process may notice that nobody can see from outside. */
export const NOTICES = {
  /** A request came with `X-Forwarded-For` to an API that trusts no proxy. */
  untrustedProxy: 'untrusted_proxy',
} as const;
export type Notice = (typeof NOTICES)[keyof typeof NOTICES];

/** Keeps what processes noticed, for `outbell doctor`. */
@Injectable()
export class NoticeRepository {
  constructor(@InjectRepository(NoticeEntity) private readonly notices: Repository<NoticeEntity>) {}

  async note(notice: Notice): Promise<void> {
    await this.notices.upsert({ name: notice, noticedAt: () => 'now()' }, ['name']);
  }

  /** @param days within the last so many @returns when it was noticed last; null: not lately */
  async lately(notice: Notice, days: number): Promise<Date | null> {
    const noticedAt = Raw((column) => `${column} > now() - make_interval(days => :days)`, { days });
    return (await this.notices.findOneBy({ name: notice, noticedAt }))?.noticedAt ?? null;
  }
}
