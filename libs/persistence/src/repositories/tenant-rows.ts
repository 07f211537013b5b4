import type { FindOperator, FindOptionsOrder, FindOptionsWhere, Repository } from 'typeorm';
import { IsNull, LessThan } from 'typeorm';

interface OwnedRow {
  id: string;
  tenantId: string;
}

/** Describes what rows are narrowed to: all that is given holds, undefined narrows nothing. */
export type Filter<Row> = { [Column in keyof Row]?: Row[Column] | FindOperator<unknown> | undefined };

/** Finds a tenant's rows of one table. */
export abstract class TenantRows<Row extends OwnedRow> {
  protected constructor(protected readonly rows: Repository<Row>) {}

  find(tenantId: string, id: string, filter: Filter<Row> = {}): Promise<Row | null> {
    return this.rows.findOneBy(owned<Row>(tenantId, { ...filter, id }));
  }

  /** Gives a page, newest first. @param before id of the last one of the page before */
  list(tenantId: string, filter: Filter<Row>, limit: number, before?: string): Promise<Row[]> {
    return listNewest(this.rows, tenantId, filter, limit, before);
  }

  /** Sets a time, unless it is set already. @returns whether the tenant has such a row */
  protected async setOnce(tenantId: string, wanted: Filter<Row>, column: keyof Row, now: Date): Promise<boolean> {
    const unset = owned<Row>(tenantId, { ...wanted, [column]: IsNull() });
    const { affected } = await this.rows.update(unset, { [column]: now } as object);
    return affected === 1 || this.rows.existsBy(owned<Row>(tenantId, wanted));
  }
}

/** Gives a page of a tenant's rows, newest first: ids begin with their time. @param before as of TenantRows.list */
export function listNewest<Row extends OwnedRow>(
  rows: Repository<Row>,
  tenantId: string,
  filter: Filter<Row>,
  limit: number,
  before?: string,
): Promise<Row[]> {
  const older = before === undefined ? {} : { id: LessThan(before) };
  const order = { id: 'DESC' } as FindOptionsOrder<Row>;
  return rows.find({ where: owned<Row>(tenantId, { ...filter, ...older }), order, take: limit });
}

/** TypeORM refuses a condition that is undefined. */
function owned<Row>(tenantId: string, filter: object): FindOptionsWhere<Row> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...given, ['tenantId', tenantId]]) as object;
}
