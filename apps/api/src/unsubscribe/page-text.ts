/** What the page of an unsubscribe link says. */
export const ENGLISH = {
  from: 'From',
  to: 'To',
  topic: 'Topic',
  askTitle: 'Unsubscribe?',
  ask: 'You will no longer get these mailings at this address. Nothing has changed yet.',
  unsubscribe: 'Unsubscribe',
  doneTitle: 'You are unsubscribed',
  done: 'You will no longer get these mailings at this address.',
  alreadyTitle: 'You are already unsubscribed',
  already: 'These mailings no longer go to this address.',
  /** Before the button that takes it back. */
  mistake: 'Was this a mistake?',
  resubscribe: 'Subscribe again',
  resubscribedTitle: 'You are subscribed again',
  resubscribed: 'These mailings go to this address as before.',
  invalidTitle: 'This link does not work',
  invalid: 'It may be incomplete, or too old. Open the link of a newer message, or ask its sender to remove you.',
};

/** The same in any language. */
export type PageTexts = Record<keyof typeof ENGLISH, string> & {
  /** Where the language is written from right to left. */
  rtl?: true;
};
