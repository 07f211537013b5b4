// Whoever describes a field wants its type known, too, whatever was imported before.
import 'reflect-metadata';

/** What the API's documentation says of one field of some credentials, in the words of OpenAPI. */
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
 * Describes a field of credentials for the documentation. Swagger's own decorator would load all of Swagger, and with it a tenth of
 * everything else, into each worker, which documents nothing: the API hands these over to it.
 */
export function Described(description: Description): (prototype: object, property: string) => void {
  return (prototype, property) => {
    const fields = descriptions.get(prototype) ?? new Map<string, Description>();
    descriptions.set(prototype, fields.set(property, description));
  };
}

/** The described fields of a class of credentials, by name. */
export function descriptionsOf({ prototype }: new () => object): ReadonlyMap<string, Description> {
  return descriptions.get(prototype as object) ?? new Map<string, Description>();
}
