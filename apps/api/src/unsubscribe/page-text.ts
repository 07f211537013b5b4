/** What the page of an unsubscribe link says, in one language. */
export interface PageTexts {
  /** Where the language is written from right to left. */
  rtl?: true;
  from: string;
  to: string;
  topic: string;
  askTitle: string;
  ask: string;
  unsubscribe: string;
  doneTitle: string;
  done: string;
  alreadyTitle: string;
  already: string;
  /** Before the button that takes it back. */
  mistake: string;
  resubscribe: string;
  resubscribedTitle: string;
  resubscribed: string;
  invalidTitle: string;
  invalid: string;
}
