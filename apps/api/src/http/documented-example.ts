import type { Type } from '@nestjs/common';

/** Where @nestjs/swagger keeps what `@ApiProperty()` says, and the names of what it is said of (`:name`). */
const PROPERTY = 'swagger/apiModelProperties';
const PROPERTIES = 'swagger/apiModelPropertiesArray';

const LONGEST = 200;

interface Documented {
  example?: unknown;
  required?: boolean;
  isArray?: boolean;
  type?: unknown;
}

/**
 * What the documentation shows as a value of a property, as JSON: its example, or one made of the required properties
 * of its class.
 *
 * @param target a DTO
 * @param whole of a list; else its first item
 * @returns undefined when nothing is documented, or it is too long to be helpful
 */
export function documentedExample(target: object, property: string, whole: boolean): string | undefined {
  const example = exampleOf(target, property);
  const shown: unknown = Array.isArray(example) && !whole ? example[0] : example;
  const json = shown === undefined ? undefined : JSON.stringify(shown);
  return json !== undefined && json.length <= LONGEST ? json : undefined;
}

function exampleOf(target: object, property: string): unknown {
  const documented = Reflect.getMetadata(PROPERTY, target, property) as Documented | undefined;
  if (!documented || documented.example !== undefined) return documented?.example;
  const { type, isArray } = documented;
  const [itemType, isList] = Array.isArray(type) ? [type[0] as unknown, true] : [type, isArray === true];
  const item = isClass(itemType) ? composed(itemType.prototype as object) : undefined;
  return item && isList ? [item] : item;
}

function composed(prototype: object): object | undefined {
  const entries = documentedNames(prototype).flatMap((name) => {
    const { required, example } = Reflect.getMetadata(PROPERTY, prototype, name) as Documented;
    return required !== false && example !== undefined ? [[name, example] as const] : [];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Lists the documented properties of a DTO, those of its base classes first. */
export function documentedNames(prototype: object): string[] {
  const listed = Reflect.getMetadata(PROPERTIES, prototype) as string[] | undefined;
  return (listed ?? []).map((name) => name.slice(1));
}

/** Not a function that answers with one, nor String and the like. */
function isClass(type: unknown): type is Type {
  return typeof type === 'function' && Reflect.hasMetadata(PROPERTIES, (type.prototype as object | undefined) ?? {});
}
