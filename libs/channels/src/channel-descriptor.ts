import type { Cargo, Traits } from '@outbell/shared/cargo.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { AddressKind } from './address-kinds.js';

/** Parts of a template: what an author may write in Handlebars. */
export const TEMPLATE_PARTS = ['subject', 'html', 'text'] as const;
export type TemplatePart = (typeof TEMPLATE_PARTS)[number];

/** A field of inline content, the same on every channel that carries it. */
export interface ContentField {
  /** Rules of class-validator for the value by itself. */
  rules: readonly PropertyDecorator[];
  /** In the API's description. */
  example?: unknown;
  /** Of OpenAPI; a text by default. */
  schema?: Record<string, unknown>;
  /** It must be one line. */
  oneLine?: boolean;
  /** No template can say it, so that it may stand beside one. */
  besideTemplate?: boolean;
}

/** A field on one channel. */
export interface Carried {
  field: ContentField;
  /** What it is there, for the API's description: `its title`. By default how long it may be. */
  says?: string;
}

/** Rule for a sender's address. */
export type SenderRule = AddressKind | { matches: (text: string) => boolean; fault: string };

/** All that is said of a channel, but for what its vendors do. */
export interface ChannelDescriptor<Content extends object = object> {
  /** As descriptions write it. */
  label: string;
  address: AddressKind;
  sender: SenderRule;
  /** What inline content carries. Any other field is refused, since it would be lost. */
  content: { readonly [Field in keyof Content]-?: Carried };
  /** Of each group of fields at least one must be there. */
  needs: readonly (readonly (keyof Content & string)[])[];
  /** The longest text of a field, in characters: beyond it no vendor of the channel takes it. */
  longest: number;
  /** The same of templates. */
  template: { carries: readonly TemplatePart[]; needs: readonly (readonly TemplatePart[])[] };
  /**
   * Lists what of a message not every vendor of the channel takes; the same array for the same traits, as nearly all
   * have none.
   */
  traits(cargo: Cargo): Traits;
  /**
   * What of the content does not go together. @param isOutside whether a host's name or address is one of the internet
   */
  faults?(content: Content, isOutside: (host: string) => boolean): FieldError[];
}
