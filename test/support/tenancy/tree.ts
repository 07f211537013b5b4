/** A node of PostgreSQL's own syntax tree: one key, its kind, or the fields of a kind. */
export type Tree = { readonly [key: string]: unknown };

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of a node of that kind; undefined for any other. */
export function as(kind: string, node: unknown): Tree | undefined {
  const fields = isTree(node) ? node[kind] : undefined;
  return isTree(fields) ? fields : undefined;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `a.b` of a ColumnRef as its parts; null for any other, and for `a.*`. */
export function columnOf(node: unknown): string[] | null {
  const fields = as('ColumnRef', node)?.['fields'];
  if (fields === undefined) return null;
  const names = list(fields).map((field) => as('String', field)?.['sval']);
  return names.every((name): name is string => typeof name === 'string') ? names : null;
}

/** Without the casts around it. */
export function uncast(node: unknown): unknown {
  const cast = as('TypeCast', node);
  return cast ? uncast(cast['arg']) : node;
}

/** What must hold all at once. */
export function conjuncts(node: unknown): unknown[] {
  const and = as('BoolExpr', node);
  if (and?.['boolop'] === 'AND_EXPR') return list(and['args']).flatMap(conjuncts);
  return node === undefined || node === null ? [] : [node];
}

/** The two sides of an equation, also of `= ANY`; null for any other. */
export function equation(node: unknown): [unknown, unknown] | null {
  const expression = as('A_Expr', node);
  if (!expression || !['AEXPR_OP', 'AEXPR_OP_ANY'].includes(String(expression['kind']))) return null;
  const [operator] = list(expression['name']);
  if (as('String', operator)?.['sval'] !== '=') return null;
  return [uncast(expression['lexpr']), uncast(expression['rexpr'])];
}

/** Queries within an expression, not those within these. */
export function subqueries(node: unknown): Tree[] {
  if (Array.isArray(node)) return node.flatMap(subqueries);
  if (!isTree(node)) return [];
  const link = as('SubLink', node);
  if (link) return [...subqueries(link['testexpr']), ...(isTree(link['subselect']) ? [link['subselect']] : [])];
  return Object.values(node).flatMap(subqueries);
}
