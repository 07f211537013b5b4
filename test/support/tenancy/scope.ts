/**
 * `unbound`: rows of whichever tenant. `row`: rows of one tenant alone. `value`: what the caller gave (parameters, a
 * function of them).
 */
export type Standing = 'unbound' | 'row' | 'value';

/** What stands in the FROM of a query. */
export interface Relation {
  alias: string;
  /** Of a table its name. */
  table: string | null;
  standing: Standing;
  /** What is wrong should it stay unbound. */
  faults: string[];
  /** Of a query within: whether it is bound by what has been bound beside it since (LATERAL). */
  again?: () => { faults: string[]; standing: Standing };
}

/** What names mean in one query, and in those around it. */
export class Scope {
  readonly relations: Relation[] = [];

  /** @param columns of each table that has a tenant */
  constructor(
    readonly columns: ReadonlyMap<string, ReadonlySet<string>>,
    readonly ctes: Map<string, Standing>,
    private readonly outer: Scope | null,
  ) {}

  within(): Scope {
    return new Scope(this.columns, new Map(this.ctes), this);
  }

  /** Whose column it is, in this query or around it. */
  find([first, second]: string[]): { relation: Relation; column: string } | null {
    const [alias, column] = second === undefined ? [null, first ?? ''] : [first ?? '', second];
    const relation = alias === null ? this.having(column) : this.relations.find((each) => each.alias === alias);
    if (relation) return { relation, column };
    return this.outer?.find(second === undefined ? [column] : [alias ?? '', column]) ?? null;
  }

  private having(column: string): Relation | undefined {
    if (this.relations.length === 1) return this.relations[0];
    const owners = this.relations.filter(({ table }) => table !== null && this.columns.get(table)?.has(column));
    return owners[0];
  }
}
