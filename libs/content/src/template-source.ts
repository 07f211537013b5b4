/** What an author writes: Handlebars, at most one text per part of a message. */
export interface TemplateSource {
  subject?: string | null | undefined;
  html?: string | null | undefined;
  text?: string | null | undefined;
  /** A missing variable renders as nothing instead of stopping the message. */
  lenient?: boolean | undefined;
}

export const PARTS = ['subject', 'html', 'text'] as const;
export type Part = (typeof PARTS)[number];
