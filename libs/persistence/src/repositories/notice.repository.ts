import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** What a process may notice that nobody can see from outside. */
export const NOTICES = {
  /** A request came with `X-Forwarded-For` to an API that trusts no proxy. */
  untrustedProxy: 'untrusted_proxy',
} as const;
export type Notice = (typeof NOTICES)[keyof typeof NOTICES];

/** What processes noticed, for `outbell doctor`. */
@Injectable()
export class NoticeRepository {
  constructor(private readonly dataSource: DataSource) {}

  async note(notice: Notice): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO notice (name, noticed_at) VALUES ($1, now()) ON CONFLICT (name) DO UPDATE SET noticed_at = excluded.noticed_at`,
      [notice],
    );
  }

  /** @param days within the last so many @returns when it was noticed last; null: not lately */
  async lately(notice: Notice, days: number): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ at: Date }[]>(
      `SELECT noticed_at AS at FROM notice WHERE name = $1 AND noticed_at > now() - make_interval(days => $2)`,
      [notice, days],
    );
    return row?.at ?? null;
  }
}
