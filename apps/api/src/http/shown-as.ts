import type { Type } from '@nestjs/common';
import { documentedNames } from './documented-example.js';

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** What a row holds of a DTO: `createdAt` for `created_at`, and a Date for the text of one. */
export type RowOf<Dto> = {
  [Name in keyof Dto as CamelCase<Name & string>]: Dto[Name] | (string extends Dto[Name] ? Date : never);
};

/** The fields of a row, or of a DTO, apart from its class. */
export type Plain<Row> = { [Name in keyof Row]: Row[Name] };

/** They stand last in an answer. */
const TIMES = ['created_at', 'updated_at'];

/**
 * Makes the function that shows a row as a DTO: what the DTO documents and nothing else of the row, dates as texts
 * (UTC), what is undefined left out.
 */
export function shownAs<Dto extends object>(dto: Type<Dto>): (row: RowOf<Dto>) => Plain<Dto> {
  const documented = documentedNames(dto.prototype as object);
  const names = [
    ...documented.filter((name) => !TIMES.includes(name)),
    ...TIMES.filter((name) => documented.includes(name)),
  ];
  const fields = names.map((name) => [name, name.replace(/_(.)/g, (_, first: string) => first.toUpperCase())] as const);
  return (row) => {
    const shown: Record<string, unknown> = {};
    for (const [name, field] of fields) {
      const value = (row as Record<string, unknown>)[field];
      if (value !== undefined) shown[name] = value instanceof Date ? value.toISOString() : value;
    }
    return shown as Dto;
  };
}
