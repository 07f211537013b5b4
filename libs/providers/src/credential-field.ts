// Whoever describes a field wants its type known, too, whatever was imported before.
import 'reflect-metadata';

/** Documentation of one field of some credentials, in the words of OpenAPI. */
export interface Description {
  description?: string;
  example?: unknown;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  /** Default: true. */
  required?: boolean;
}

const descriptions = new Map<object, Map<string, Description>>();

/**
 * Describes a field of credentials for the documentation. Swagger's own decorator would load all of Swagger, and with
 * it a tenth of everything else, into each worker, which documents nothing: the API hands these over to it.
 */
export function CredentialField(description: Description): (prototype: object, property: string) => void {
  return (prototype, property) => {
    const fields = descriptions.get(prototype) ?? new Map<string, Description>();
    descriptions.set(prototype, fields.set(property, description));
  };
}

/** Gives the described fields of a class of credentials by name, those of the class that it extends first. */
export function credentialFieldsOf({ prototype }: new () => object): ReadonlyMap<string, Description> {
  return new Map(fieldsOf(prototype as object));
}

function fieldsOf(prototype: object | null): [string, Description][] {
  return prototype === null
    ? []
    : [...fieldsOf(Object.getPrototypeOf(prototype) as object | null), ...(descriptions.get(prototype) ?? [])];
}
