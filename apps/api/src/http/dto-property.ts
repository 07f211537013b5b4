import type { Type } from '@nestjs/common';
import { ARRAY_MAX_SIZE, getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { tooManyItems } from './parse-list.js';

type Dto = Record<string, unknown>;
type Rule = (value: unknown, dto: Dto) => boolean;
/** Of `@IsOptional()` and `@ValidateIf()`: whether the rules are asked at all. */
type Condition = (dto: object, value: unknown) => boolean;

/** What a nested value has to be. */
interface Shape {
  /** @returns the value as a DTO; undefined when it takes a closer look */
  read(value: unknown): object | undefined;
  /** @returns the value as a DTO, whatever is wrong with it, for a closer look */
  fill(value: object): object;
}

/** One property of a DTO: when it is checked, by what rules, and what is nested in it. */
export class DtoProperty {
  private constructor(
    readonly name: string,
    private readonly conditions: Condition[],
    private readonly rules: Rule[],
    private readonly nested: Shape | undefined,
    /**
     * `null` says something of its own, such as to take a value away. Elsewhere it is what typed clients write for what
     * they leave out.
     */
    private readonly nullable: boolean,
    private readonly maxItems: number,
  ) {}

  /**
   * @param metadatas class-validator's, of this property
   * @param type the shape of its `@Type()`; null: not one that is known; undefined: it has none
   * @returns null when one of them is not known here
   */
  static make(
    dto: Type,
    name: string,
    metadatas: ValidationMetadata[],
    type: Shape | null | undefined,
  ): DtoProperty | null {
    const conditions: Condition[] = [];
    const rules: Rule[] = [];
    let nested = false;
    for (const metadata of metadatas) {
      if (hasGroups(metadata) || metadata.validateIf) return null;
      if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION)
        conditions.push(metadata.constraints[0] as Condition);
      else if (metadata.type === ValidationTypes.NESTED_VALIDATION) nested = true;
      else if (metadata.type === ValidationTypes.CUSTOM_VALIDATION) rules.push(...rulesOf(dto, metadata));
      else return null;
    }
    // A nested class that is not checked, or one that is checked and not known.
    if (nested ? !type : type !== undefined) return null;
    return new DtoProperty(name, conditions, rules, type ?? undefined, isNullable(dto, name), maxItemsOf(metadatas));
  }

  /** Tells whether that is as if it was left out. */
  isAbsent(value: unknown): boolean {
    return value === undefined || (value === null && !this.nullable);
  }

  /**
   * What is nested in the property as DTOs, for a closer look; free JSON is not copied.
   *
   * @throws {InputError} for a list that is too long: its items are not looked at, each for itself
   */
  fill(value: unknown): unknown {
    const { nested } = this;
    if (!nested || typeof value !== 'object' || value === null) return value;
    if (!Array.isArray(value)) return nested.fill(value);
    if (value.length > this.maxItems) throw tooManyItems(this.name, this.maxItems);
    return value.map((item: unknown) => (isPlain(item) ? nested.fill(item) : item));
  }

  /**
   * Checks the property, and makes what is nested in it DTOs too. @returns whether nothing is wrong with it, for sure
   */
  settle(dto: Dto): boolean {
    const value = dto[this.name];
    for (const condition of this.conditions) {
      if (!condition(dto, value)) return typeof value !== 'object' || value === null;
    }
    for (const rule of this.rules) if (!rule(value, dto)) return false;
    return this.nested === undefined || this.settleNested(dto, value, this.nested);
  }

  /** Tells whether one of its own rules is broken for sure. What is nested in it is not looked at. */
  isBroken(dto: Dto): boolean {
    const value = dto[this.name];
    return this.conditions.every((condition) => condition(dto, value)) && this.rules.some((rule) => !rule(value, dto));
  }

  private settleNested(dto: Dto, value: unknown, shape: Shape): boolean {
    const read = Array.isArray(value) ? value.map((item) => shape.read(item)) : shape.read(value);
    dto[this.name] = read;
    return Array.isArray(read) ? !read.includes(undefined) : read !== undefined;
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As the API's description says. */
function isNullable(dto: Type, name: string): boolean {
  const described = Reflect.getMetadata('swagger/apiModelProperties', dto.prototype as object, name) as unknown;
  return typeof described === 'object' && described !== null && 'nullable' in described && described.nullable === true;
}

function maxItemsOf(metadatas: ValidationMetadata[]): number {
  const limits = metadatas
    .filter(({ name }) => name === ARRAY_MAX_SIZE)
    .map(({ constraints }) => Number(constraints[0]));
  return Math.min(Infinity, ...limits);
}

function hasGroups({ groups }: ValidationMetadata): boolean {
  return ((groups as string[] | undefined) ?? []).length > 0;
}

/** Makes the checks that class-validator would make of a value, without what it prepares for its errors. */
function rulesOf(dto: Type, { constraintCls, constraints, each, propertyName }: ValidationMetadata): Rule[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance }) => {
      const holds: Rule = (value, object) => {
        const details: ValidationArguments = {
          targetName: dto.name,
          property: propertyName,
          object,
          value,
          constraints,
        };
        return instance.validate(value, details) === true;
      };
      if (!each) return holds;
      return (value, object) =>
        Array.isArray(value) ? value.every((item) => holds(item, object)) : holds(value, object);
    });
}
