import { parseSync } from 'libpg-query';
import { type Relation, Scope, type Standing } from './scope.js';
import { as, columnOf, conjuncts, equation, isTree, list, subqueries, type Tree, uncast } from './tree.js';

/**
 * Tables that have a tenant, and their columns; and the columns of their unique constraints, as `constraint <name>`.
 */
export type TenantTables = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Where a statement reads or writes rows of whichever tenant. Each table that has a tenant must be bound, in its own
 * query: its `tenant_id` equals a parameter, or the tenant of what is bound; or its id equals that of a row that is
 * bound. Only what must hold counts: an arm of an OR does not. Needs `loadModule` of libpg-query.
 *
 * @returns nothing when each tenant meets its own rows alone
 */
export function tenantFaults(sql: string, tables: TenantTables): string[] {
  const { stmts = [] } = parseSync(sql) as { stmts?: { stmt?: unknown }[] };
  return stmts.flatMap(({ stmt }) => check(stmt, new Scope(tables, new Map(), null)).faults);
}

interface Checked {
  faults: string[];
  /** Of its rows, should it have no faults. */
  standing: Standing;
}

const KINDS = ['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'InsertStmt'] as const;

/** They touch no row. Of all others (MERGE, COPY, TRUNCATE, DO …) nobody knows here whose rows they touch. */
const ROWLESS = ['TransactionStmt', 'VariableSetStmt', 'VariableShowStmt', 'ListenStmt', 'UnlistenStmt', 'NotifyStmt'];

function check(node: unknown, scope: Scope): Checked {
  const kind = KINDS.find((each) => as(each, node));
  const statement = kind && as(kind, node);
  if (!statement) return { faults: isTree(node) ? Object.keys(node).flatMap(unread) : [], standing: 'value' };
  const faults = checkCtes(statement, scope);
  const { faults: own, standing } = kind === 'InsertStmt' ? insert(statement, scope) : query(statement, scope);
  return { faults: [...faults, ...own], standing };
}

function unread(kind: string): string[] {
  return ROWLESS.includes(kind) ? [] : [`${kind} is not read here`];
}

function checkCtes(statement: Tree, scope: Scope): string[] {
  const clause = statement['withClause'];
  if (!isTree(clause)) return [];
  return list(clause['ctes']).flatMap((each) => {
    const cte = as('CommonTableExpr', each);
    const name = String(cte?.['ctename']);
    // One that calls itself begins with what is bound.
    if (clause['recursive'] === true) scope.ctes.set(name, 'row');
    const { faults, standing } = check(cte?.['ctequery'], scope.within());
    scope.ctes.set(name, standing);
    return faults;
  });
}

/** SELECT, UPDATE and DELETE: what they stand on, and what must hold. */
function query(statement: Tree, scope: Scope): Checked {
  if (statement['larg']) {
    const arms = [statement['larg'], statement['rarg']].map((arm) => check({ SelectStmt: arm }, scope.within()));
    return { faults: arms.flatMap(({ faults }) => faults), standing: worst(arms.map(({ standing }) => standing)) };
  }
  const conditions: Condition[] = [];
  const target = statement['relation'];
  if (isTree(target)) add({ RangeVar: target }, scope, conditions);
  for (const item of [...list(statement['fromClause']), ...list(statement['usingClause'])])
    add(item, scope, conditions);
  conditions.push(...conjuncts(statement['whereClause']).map((node) => ({ node, binds: null })));
  bindAll(scope, conditions);
  const inner = [...EXPRESSIONS.map((part) => statement[part]), conditions.map(({ node }) => node)].flatMap(subqueries);
  return {
    faults: [
      ...movedRows(statement),
      ...scope.relations.filter(({ standing }) => standing === 'unbound').flatMap(({ faults }) => faults),
      ...new Set(inner.flatMap((each) => check(each, scope.within()).faults)),
    ],
    standing: scope.relations.some(({ standing }) => standing !== 'value') ? 'row' : 'value',
  };
}

/** Parts of a statement in which queries may stand. */
const EXPRESSIONS = [
  ...['targetList', 'whereClause', 'returningList', 'havingClause', 'valuesLists', 'distinctClause'],
  ...['sortClause', 'groupClause', 'windowClause', 'limitCount', 'limitOffset'],
];

/** An UPDATE that gives rows to a tenant. */
function movedRows({ relation, targetList }: Tree): string[] {
  const isMoved = isTree(relation) && list(targetList).some((set) => as('ResTarget', set)?.['name'] === 'tenant_id');
  return isMoved ? [`${String(relation['relname'])} is given another tenant`] : [];
}

function insert(statement: Tree, scope: Scope): Checked {
  const table = String((statement['relation'] as Tree)['relname']);
  const columns = list(statement['cols']).map((column) => as('ResTarget', column)?.['name']);
  const source = check(statement['selectStmt'], scope.within());
  const known = scope.columns.get(table);
  const faults = known?.has('tenant_id') && !columns.includes('tenant_id') ? [`${table} is given no tenant`] : [];
  const conflict = statement['onConflictClause'];
  if (known && isTree(conflict) && conflict['action'] === 'ONCONFLICT_UPDATE') {
    const infer = isTree(conflict['infer']) ? list(conflict['infer']['indexElems']) : [];
    const named = isTree(conflict['infer'])
      ? scope.columns.get(`constraint ${String(conflict['infer']['conname'])}`)
      : undefined;
    const keys = [...infer.map((key) => String(as('IndexElem', key)?.['name'])), ...(named ?? [])];
    // An id is one row's, and whoever writes it has it of a row that is bound or has just made it.
    if (!keys.some((key) => key === 'tenant_id' || isId(key))) faults.push(`a conflict of ${table} is of any tenant`);
  }
  const inner = [conflict, statement['returningList']].flatMap(subqueries);
  faults.push(...source.faults, ...inner.flatMap((each) => check(each, scope.within()).faults));
  return { faults, standing: 'row' };
}

interface Condition {
  node: unknown;
  /** Aliases that it can bind; null: any of the query. */
  binds: string[] | null;
}

/** Puts what stands in a FROM into the scope, with the conditions of its joins. @returns its aliases */
function add(item: unknown, scope: Scope, conditions: Condition[]): string[] {
  const join = as('JoinExpr', item);
  if (join) {
    const left = add(join['larg'], scope, conditions);
    const right = add(join['rarg'], scope, conditions);
    // Of an outer join the rows of one side are there whatever the condition says.
    const binds =
      join['jointype'] === 'JOIN_INNER' ? [...left, ...right] : join['jointype'] === 'JOIN_LEFT' ? right : [];
    conditions.push(...conjuncts(join['quals']).map((node) => ({ node, binds })));
    return [...left, ...right];
  }
  const relation = relationOf(item, scope);
  scope.relations.push(relation);
  return [relation.alias];
}

function relationOf(item: unknown, scope: Scope): Relation {
  const variable = as('RangeVar', item);
  if (variable) {
    const name = String(variable['relname']);
    const alias = aliasOf(variable) ?? name;
    const cte = scope.ctes.get(name);
    if (cte !== undefined) return { alias, table: null, standing: cte, faults: [] };
    const isOwned = scope.columns.has(name);
    const faults = isOwned ? [`${name}${alias === name ? '' : ` ${alias}`} is of any tenant`] : [];
    return { alias, table: name, standing: isOwned ? 'unbound' : 'value', faults };
  }
  const nested = as('RangeSubselect', item);
  if (nested) {
    const again = () => check(nested['subquery'], scope.within());
    const { faults, standing } = again();
    const alias = aliasOf(nested) ?? '';
    return { alias, table: null, standing: faults.length > 0 ? 'unbound' : standing, faults, again };
  }
  const called = as('RangeFunction', item);
  if (!called)
    return {
      alias: '',
      table: null,
      standing: 'unbound',
      faults: isTree(item) ? Object.keys(item).flatMap(unread) : [],
    };
  const faults = subqueries(called['functions']).flatMap((each) => check(each, scope.within()).faults);
  return { alias: aliasOf(called) ?? '', table: null, standing: faults.length > 0 ? 'unbound' : 'value', faults };
}

function aliasOf(range: Tree): string | null {
  const alias = range['alias'];
  return isTree(alias) ? String(alias['aliasname']) : null;
}

/** Until nothing more is bound by what is. */
function bindAll(scope: Scope, conditions: Condition[]): void {
  while (conditions.some((condition) => bind(condition, scope)) || scope.relations.some(lookAgain));
}

/** @returns whether it is bound now, and was not */
function lookAgain(relation: Relation): boolean {
  if (relation.standing !== 'unbound' || !relation.again) return false;
  const { faults, standing } = relation.again();
  if (faults.length === 0) relation.standing = standing;
  return faults.length === 0;
}

/** @returns whether something was bound that was not */
function bind({ node, binds }: Condition, scope: Scope): boolean {
  // What is of no tenant is the installation's own.
  const nothing = as('NullTest', node);
  if (nothing?.['nulltesttype'] === 'IS_NULL') {
    const found = scope.find(columnOf(nothing['arg']) ?? []);
    if (!found || found.column !== 'tenant_id' || found.relation.standing !== 'unbound' || binds) return false;
    found.relation.standing = 'row';
    return true;
  }
  const [one, other] = equation(node) ?? membership(node);
  return [
    [one, other],
    [other, one],
  ].some(([side, by]) => {
    const column = columnOf(side);
    const found = column && scope.find(column);
    if (!found || found.relation.standing !== 'unbound' || !scope.relations.includes(found.relation)) return false;
    if (binds && !binds.includes(found.relation.alias)) return false;
    if (!vouches(by, isTenant(found), isId(found.column), scope)) return false;
    found.relation.standing = 'row';
    return true;
  });
}

/** `x IN (SELECT …)` */
function membership(node: unknown): [unknown, unknown] {
  const link = as('SubLink', node);
  return link?.['subLinkType'] === 'ANY_SUBLINK' ? [uncast(link['testexpr']), node] : [undefined, undefined];
}

/**
 * Whether what a column equals says whose row it is: for its tenant a value or a bound tenant; for its id the id of a
 * bound row.
 */
function vouches(by: unknown, isTenantColumn: boolean, isIdColumn: boolean, scope: Scope): boolean {
  if (as('ParamRef', by)) return isTenantColumn;
  const column = columnOf(by);
  if (column) {
    const found = scope.find(column);
    if (!found || found.relation.standing === 'unbound') return false;
    if (isTenantColumn && /^tenant(_?id)?$/i.test(found.column)) return true;
    return isIdColumn && isId(found.column) && found.relation.standing === 'row';
  }
  const [inner] = subqueries(as('SubLink', by) ? by : []);
  if (!inner || !isIdColumn) return false;
  const { faults, standing } = check(inner, scope.within());
  return faults.length === 0 && standing === 'row';
}

function isTenant({ relation, column }: { relation: Relation; column: string }): boolean {
  return column === 'tenant_id' || (relation.table === 'tenant' && column === 'id');
}

function isId(column: string): boolean {
  return column === 'id' || column.endsWith('_id');
}

function worst(standings: Standing[]): Standing {
  return standings.includes('row') ? 'row' : 'value';
}
