/**
 * A template that WhatsApp has approved, with what stands in its places: what a business may begin a conversation with.
 */
export interface WhatsAppTemplate {
  /** As WhatsApp knows it; at Twilio the ContentSid (`HX…`). */
  name: string;
  /** As WhatsApp writes it: `en`, `pt_BR`. */
  language: string;
  /** Of the body, in order: {{1}}, {{2}} … */
  parameters: string[];
  /** Of a body whose places have names: `{{order}}`. */
  named_parameters?: Record<string, string> | undefined;
  header?: WhatsAppHeader | undefined;
  /** What buttons of the template take; those that take nothing are left out. */
  buttons?: WhatsAppButton[] | undefined;
}

/**
 * Describes what stands in the header's place: a text, or a picture, film or file that WhatsApp fetches from `link` or
 * has as `id`.
 */
export interface WhatsAppHeader {
  type: 'text' | 'image' | 'video' | 'document';
  text?: string | undefined;
  /** Of the text's place, where it has a name. */
  parameter_name?: string | undefined;
  link?: string | undefined;
  id?: string | undefined;
  /** Of a document, as the recipient sees it. */
  filename?: string | undefined;
}

/** Describes what a button of a template takes. */
export interface WhatsAppButton {
  /**
   * `url`: the end of its address, or the code of an authentication template; `copy_code`: what is copied;
   * `quick_reply`: what comes back.
   */
  type: 'url' | 'quick_reply' | 'copy_code';
  value: string;
  /** Its place among the template's buttons, from 0; by default its place in the list. */
  index?: number | undefined;
}

/** Twilio names its templates itself: HX and 32 hexadecimal digits. WhatsApp's own names have no capitals. */
const CONTENT_SID = /^HX[0-9a-f]{32}$/i;

export function isContentSid(name: string): boolean {
  return CONTENT_SID.test(name);
}
