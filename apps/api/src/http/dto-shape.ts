import type { Type } from '@nestjs/common';
import { TransformationType, type TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { DtoProperty } from './dto-property.js';
import { rulesOf } from './field-errors.js';

/**
 * Reads the decorators of a DTO once and makes them into a check that is quick to say yes. What it does not say yes to
 * may be right or wrong: class-validator tells, from the same decorators. Measured with and without `read`, in one run:
 * a message takes 3 instead of 22 µs, accept one by one 273 instead of 305 µs of the API's CPU, accept in batches 67
 * instead of 80 µs a message.
 */
export class DtoShape {
  private static readonly known = new Map<object, DtoShape | null>();

  /** @returns null for a class whose decorators do what is not known here */
  static fromDto(dto: Type): DtoShape | null {
    let shape = this.known.get(dto);
    if (shape === undefined) {
      shape = this.make(dto);
      this.known.set(dto, shape);
    }
    return shape;
  }

  private static make(dto: Type): DtoShape | null {
    const metadatas = rulesOf(dto);
    const names = [...new Set(metadatas.map(({ propertyName }) => propertyName))];
    const properties = names.map((name) => {
      if (isTransformed(dto, name)) return null;
      const own = metadatas.filter(({ propertyName }) => propertyName === name);
      return DtoProperty.make(dto, name, own, nestedIn(dto, name));
    });
    const known = properties.filter((property) => property !== null);
    return names.length > 0 && known.length === names.length ? new DtoShape(dto, known) : null;
  }

  private readonly byName: Map<string, DtoProperty>;

  private constructor(
    private readonly dto: Type,
    private readonly properties: DtoProperty[],
  ) {
    this.byName = new Map(properties.map((property) => [property.name, property]));
  }

  /**
   * @param value as JSON.parse made it
   * @returns the DTO; undefined when it takes a closer look
   */
  read(value: unknown): object | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    if (this.hasUnknown(value)) return undefined;
    const dto = this.copy(value);
    for (const property of this.properties) if (!property.settle(dto)) return undefined;
    return dto;
  }

  /** Tells whether class-validator would find something wrong with a value, for sure; what it is, it alone tells. */
  isWrong(value: object): boolean {
    if (this.hasUnknown(value)) return true;
    const dto = this.copy(value);
    return this.properties.some((property) => property.isBroken(dto));
  }

  private hasUnknown(value: object): boolean {
    for (const name of Object.keys(value)) if (!this.byName.has(name)) return true;
    return false;
  }

  private copy(value: object): Record<string, unknown> {
    const dto = new this.dto() as Record<string, unknown>;
    for (const property of this.properties) {
      const given = (value as Record<string, unknown>)[property.name];
      if (!property.isAbsent(given)) dto[property.name] = given;
    }
    return dto;
  }

  /**
   * The DTO of a value that `read` did not say yes to, for class-validator. class-transformer would copy all that is in
   * it, free JSON too: that of a million objects takes it minutes.
   */
  fill(value: object): object {
    const dto = new this.dto() as Record<string, unknown>;
    for (const [name, given] of Object.entries(value)) {
      const property = this.byName.get(name);
      if (!property) dto[name] = given;
      else if (!property.isAbsent(given)) dto[name] = property.fill(given);
    }
    return dto;
  }
}

/** The shape of the class that `@Type()` names; undefined: it names none. */
function nestedIn(dto: Type, name: string): DtoShape | null | undefined {
  const type = defaultMetadataStorage.findTypeMetadata(dto, name) as TypeMetadata | undefined;
  return type && DtoShape.fromDto(type.typeFunction() as Type);
}

/** Tells whether class-transformer does more to it than to make a nested class of it. */
function isTransformed(dto: Type, name: string): boolean {
  const storage = defaultMetadataStorage;
  return (
    storage.findTransformMetadatas(dto, name, TransformationType.PLAIN_TO_CLASS).length > 0 ||
    storage.getExposedProperties(dto, TransformationType.PLAIN_TO_CLASS).length > 0 ||
    storage.getExcludedProperties(dto, TransformationType.PLAIN_TO_CLASS).length > 0
  );
}
